"""The model in Mesa: an agent for each state, a model for each replicate, the data collector once a year.

Usage: python mesa_port.py INPUTS.json REPLICATES SEED OUT.csv
"""

import math
import sys
from collections import defaultdict

import mesa
import numpy as np
from shared import Summary, read, shares


def relax(x, target, share):
    return x + share * (target - x)


def clamp(x, low, high):
    return min(max(x, low), high)


class State(mesa.Agent):
    def __init__(self, model, i):
        super().__init__(model)
        inputs, p, random = model.inputs, model.inputs.parameters, model.random
        self.i, self.peers = i, []
        for name, of in vars(inputs.traits).items():
            setattr(self, name, clamp(random.gauss(of.mean[i], of.sd[i]), of.low, of.high))
        self.motivation = self.autochthonous = self.intrinsic_motivation
        self.attribution = self.reactance = self.pressure = self.merit = self.score = 0.0
        self.tier = self.watched = 0
        self.standing, self.z = self.sender_standing, random.gauss(0, 1)
        self.phase, self.adopted = inputs.initial_phase[i], [0] * len(inputs.instruments)
        for state, j in inputs.adopted_at_start:
            if state == i:
                self.adopted[j] = 1
        self.commit(inputs.counts_at_start)
        self.mobilization, self.rhetoric = 0.4 * self.openness, max(self.phase / 4, self.commitment)
        f = self.security_framing * (1 - p.nhri_reframing * self.has("nhri"))
        target = self.capacity * min(p.enforcement_law * self.has("law") + f * self.motivation, 1)
        self.enforcement = p.initial_practice * target
        self.protection = self.capacity * (1 - self.security_framing) * self.motivation
        self.protection = relax(self.protection, self.protection_target(f), p.initial_practice)
        self.flow_out = self.flow_in = 0.0

    # What is recorded and is not an attribute by itself.
    compliance_gap = property(lambda self: self.commitment - self.protection / self.capacity)
    view = property(lambda self: self.model.inputs.regime.view_sd * self.z)

    def has(self, kind):
        """1 where any instrument of a kind is adopted, else 0."""
        return max(adopted for adopted, of in zip(self.adopted, self.model.inputs.instruments) if of == kind)

    def commit(self, counts):
        total = sum(counts)
        self.commitment = sum(a * c for a, c in zip(self.adopted, counts)) / total if total > 0 else 0.0

    def protection_target(self, f):
        p, wanted = self.model.inputs.parameters, (1 - f) * self.motivation
        free = max(self.capacity - p.displacement * self.enforcement, 0)
        wrung = p.mobilized_protection * self.mobilization * (1 - wanted)
        return min(free * (wanted + wrung) + p.spillover * self.enforcement, self.capacity)

    def show(self):
        """What peers see and hear in the step."""
        p = self.model.inputs.parameters
        says = (1 - p.civil_voice) * self.motivation * (1 - self.attribution) + p.civil_voice * max(
            self.mobilization, self.has("nhri")
        )
        self.voice = 1 - p.silence + p.silence * says
        self.public, self.meant, self.shown = (self.commitment + self.rhetoric) / 2, self.motivation, list(self.adopted)

    def assess(self):
        """1 assess."""
        inputs, now, gauss = self.model.inputs, self.model.now, self.model.random.gauss
        g, watch = inputs.regime, inputs.watch.grade
        if now.rated[self.i]:
            practice = g.enforcement_share * self.enforcement + (1 - g.enforcement_share) * self.protection
            law = max(adopted for adopted, demanded in zip(self.adopted, inputs.demanded) if demanded)
            done = g.weight_law * law + (1 - g.weight_law) * practice
            self.merit = done / (1 - g.capacity_allowance + g.capacity_allowance * self.capacity)
            self.z = g.view_memory * self.z + math.sqrt(1 - g.view_memory**2) * gauss(0, 1)
            score = self.merit + g.politicization * self.strategic_value + g.noise * gauss(0, 1)
            score += g.view_sd * self.z - g.bar_rise * now.years_of_rise
            tier = 1 + sum(score < low for low in g.thresholds)
            if now.watch_exists:
                if tier == watch - 1 and self.tier > 0 and score - self.score < g.backslide:
                    tier = watch
            elif tier == watch:
                tier = watch - 1
            if now.watch_limited:
                if tier == watch and self.watched >= inputs.watch.limit:
                    tier = watch + 1
                self.watched = self.watched + 1 if tier == watch else 0
            self.tier, self.score = tier, score
        costs = g.politicization_cost * self.model.politicized * self.standing
        self.standing = clamp(self.standing + g.standing_rate * (self.sender_standing - self.standing) - costs, 0, 1)

    def act(self):
        """A step, from what all showed at its start."""
        model = self.model
        inputs, p, g, now, share, dt = (
            model.inputs,
            model.inputs.parameters,
            model.inputs.regime,
            model.now,
            model.shares,
            model.dt,
        )
        m, d, a, u, r, c, k = (
            self.motivation,
            self.mobilization,
            self.attribution,
            self.reactance,
            self.rhetoric,
            self.commitment,
            self.phase,
        )
        kappa, delta, law, nhri = self.capacity, self.openness, self.has("law"), self.has("nhri")
        if now.reports:
            self.assess()

        # 2 press
        shame = induced = 0.0
        if self.tier > 0:
            shame = self.reputation_concern * g.shame[self.tier - 1] * self.standing
            induced = self.sanction_sensitivity * g.severity * g.threat[self.tier - 1] * (1 - g.waiver * self.strategic_value)
        self.pressure = relax(self.pressure, shame + induced, share.pressure_rate)
        x = self.pressure / (self.pressure + 1)
        frame = induced / (induced + p.inducement_half)
        signal = frame * (2 * self.standing - 1)
        control = min((frame + p.shame_control * shame / (shame + 1)) * (1 - self.standing), 1)
        pushed = x * (1 - p.defiance * u)
        total = sum(weight for _, weight in self.peers)
        public = sum(weight * peer.public for peer, weight in self.peers)
        voice = sum(weight * peer.voice for peer, weight in self.peers)
        spoken = sum(weight * peer.voice * peer.meant for peer, weight in self.peers)
        hearing = heard = acculturation = difference = 0.0
        if total > 0:
            hearing = total / (total + p.hearing_half)
            acculturation = hearing * max(public / total - self.public, 0)
            if voice > 0:
                heard, difference = voice / (voice + p.hearing_half), spoken / voice - m

        # 3 commit
        for j, hazard in enumerate(now.hazard):
            if hazard > 0 and k > 0 and not self.adopted[j]:
                log_factor = p.adopt_motivation * m + p.adopt_mobilization * d
                if total > 0:
                    log_factor += p.adopt_peers * hearing * sum(weight * peer.shown[j] for peer, weight in self.peers) / total
                if inputs.demanded[j] and now.rated[self.i]:
                    log_factor += p.adopt_pressure * pushed
                if model.random.random() < 1 - math.exp(-hazard * math.exp(log_factor)):
                    self.adopted[j] = 1

        # 4 act
        f = self.security_framing * (1 - p.nhri_reframing * nhri)
        practice, toward = self.protection / max(kappa, 0.05), self.protection_target(f)
        target = kappa * min(max(pushed, 0) + p.enforcement_law * law + f * m, 1)
        self.enforcement = relax(self.enforcement, target, share.enforcement_rate)
        self.protection = relax(self.protection, toward, share.protection_rate)

        # 5 interpret
        self.attribution = relax(a, frame / (frame + m + acculturation + p.attribution_half), share.attribution_rate)
        self.reactance = relax(u, self.control_aversion * control, share.reactance_rate)

        # 6 internalize
        room = 1 - m
        o, ears = p.openness_to_argument[k], p.openness_region[k] * (1 - p.spill_region * u)
        pull = difference if difference > 0 else p.pull_down * difference
        terms = p.persuasion * o * (1 - p.spill_region * u) * heard * pull
        terms += p.argumentation * now.strength * o * (1 - p.spill_convention * u) * room
        terms += p.regional_argument * ears * model.argued * room
        terms += p.domestic_voice * d * (1 - p.agenda_narrowing * a) * room
        terms += p.habituation * practice * (1 - a) * room
        terms += p.signalling * signal * m * room
        terms -= p.overjustification * a * frame * (m * room if p.overjustification < 0 else m)
        terms -= p.self_determination * u * (m * room if p.self_determination < 0 else m)
        terms -= p.drift * (m - self.autochthonous)
        shock = p.volatility * math.sqrt(m * room * dt) * model.random.gauss(0, 1)
        self.motivation = clamp(m + dt * terms + shock, 0, 1)
        self.security_framing += dt * p.regional_argument * ears * model.argued * (inputs.framing - self.security_framing)

        # 7 voice
        target = max(k / 4, c)
        self.rhetoric = relax(r, target, share.rhetoric_rise if target > r else share.rhetoric_fall)
        grows = p.mobilization_rise * delta * min(r + nhri + self.attention, 1) * (1 - d)
        self.mobilization = clamp(d + dt * (grows - (p.repression[k] * (1 - delta) + p.mobilization_fall) * d), 0, 1)

        # 8 spiral
        of_itself, outside, up, down = p.spiral_motivation * m, x + acculturation, 0.0, 0.0
        if k == 0:
            up = min(outside + self.attention + of_itself, 1)
        elif k == 1:
            up, down = min(outside + d + of_itself, 1), (1 - min(outside + self.attention, 1)) * (1 - of_itself)
        elif k == 2:
            up, down = r * min(d + c, 1), (1 - min(outside + d, 1)) * room
        elif k == 3:
            up, down = m * min(practice, 1), (1 - c) * room
        else:
            down = room
        up, down = p.spiral_up[min(k, 3)] * up, p.spiral_down[max(k - 1, 0)] * down
        if up + down > 0:
            moves, v = (1 - math.exp(-(up + down) * dt)) / (up + down), model.random.random()
            self.phase = k + (v < up * moves) - (v >= 1 - down * moves)
        self.commit(now.counts)


class Region(mesa.Model):
    def __init__(self, inputs, share, seed):
        super().__init__(seed=seed)
        self.inputs, self.shares, self.dt, self.weights = inputs, share, 1 / inputs.steps_per_year, None
        self.states = [State(self, i) for i in range(len(inputs.states))]
        self.datacollector = mesa.DataCollector(agent_reporters=reporters(inputs))
        self.record()

    def step(self):
        inputs, self.now = self.inputs, self.inputs.timetable[self.steps - 1]
        for i, x in self.now.strategic_values:
            self.states[i].strategic_value = x
        for i, j in self.now.adopts:
            self.states[i].adopted[j] = 1
        if self.weights != self.now.weights:
            self.weights = self.now.weights
            for one, row in zip(self.states, inputs.weights[self.weights]):
                open_to = lambda peer: 1 + inputs.parameters.participatory * one.openness * peer.openness
                one.peers = [(peer, weight * open_to(peer)) for peer, weight in zip(self.states, row) if weight > 0]
        self.agents.do("show")
        self.argued = self.now.argued * sum(state.voice for state in self.states) / len(self.states)
        rated = [abs(inputs.regime.politicization * state.strategic_value) for state in self.states if self.now.rated[state.i]]
        self.politicized = sum(rated) / len(rated) if rated else 0.0
        self.agents.do("act")
        if self.steps % inputs.steps_per_year == 0:
            self.record()

    def record(self):
        """The year's flows, and the data collector."""
        p = self.inputs.parameters
        for state in self.states:
            state.flow_out = state.flow_in = 0.0
        of_origin = defaultdict(list)
        for origin, to, volume in self.inputs.corridors:
            one, other = self.states[origin], self.states[to]
            kept = (1 - p.reach * one.protection) * (1 - p.reach * other.protection)
            of_origin[origin].append((to, volume, kept * (1 - p.reach * other.enforcement * p.organized_share)))
        for origin, corridors in of_origin.items():
            total = sum(volume * kept for _, volume, kept in corridors)
            sends = []
            for _, volume, kept in corridors:
                others = total - volume * kept
                sends.append(p.diversion * volume * (1 - kept) / others if others > 1e-12 * total else 0.0)
            for (to, volume, kept), sent in zip(corridors, sends):
                flow = volume * kept * (1 + max(sum(sends) - sent, 0))
                self.states[origin].flow_out += flow
                self.states[to].flow_in += flow
        self.datacollector.collect(self)


def reporters(inputs):
    """What is collected of an agent, by the name of the column: attributes, and adoption by instrument."""
    adopted = iter(range(len(inputs.instruments)))
    of = {}
    for name, *_ in [*inputs.numbers, *inputs.codes]:
        if name.startswith("adopted_"):
            of[name] = lambda agent, j=next(adopted): agent.adopted[j]
        else:
            of[name] = name.removesuffix(f"_{inputs.rating}")
    return of


def main():
    path, replicates, seed, out = sys.argv[1:]
    inputs, n = read(path), int(replicates)
    summary, share, collected = Summary(inputs), shares(inputs), []
    for replicate in range(n):
        model = Region(inputs, share, int(seed) * 1_000_000 + replicate)
        for _ in inputs.timetable:
            model.step()
        frame = model.datacollector.get_agent_vars_dataframe()
        collected.append(frame.to_numpy(dtype=float).reshape(inputs.years + 1, len(inputs.states), -1))
    everything, numbers = np.array(collected), len(inputs.numbers)
    summary.replicates = n
    for year in range(inputs.years + 1):
        of_year = everything[:, year].transpose(2, 1, 0)
        summary.add(year, of_year[:numbers], of_year[numbers:].astype(int))
    summary.write(out)


main()
