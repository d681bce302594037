"""The model in NumPy: arrays by state and replicate, a batch of replicates at once.

Usage: python numpy_port.py INPUTS.json REPLICATES SEED OUT.csv
"""

import sys
from types import SimpleNamespace

import numpy as np
from shared import Summary, read, shares

BATCH = 1000


def relax(x, target, share):
    return x + share * (target - x)


def started(inputs, rng, replicates):
    """States at the start."""
    p, shape = inputs.parameters, (len(inputs.states), replicates)
    s = SimpleNamespace()
    for name, of in vars(inputs.traits).items():
        mean, sd = (np.array(x)[:, None] for x in (of.mean, of.sd))
        setattr(s, name, np.clip(mean + sd * rng.standard_normal(shape), of.low, of.high))
    s.m, s.autochthonous = s.intrinsic_motivation, s.intrinsic_motivation
    s.k = np.repeat(np.array(inputs.initial_phase)[:, None], replicates, axis=1)
    s.adopted = np.zeros((len(inputs.instruments), *shape), dtype=bool)
    for i, j in inputs.adopted_at_start:
        s.adopted[j, i] = True
    s.c = commitment(s.adopted, inputs.counts_at_start)
    s.r, s.d = np.maximum(s.k / 4, s.c), 0.4 * s.openness
    s.a, s.u, s.s = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    s.tier, s.watched = np.zeros(shape, dtype=int), np.zeros(shape, dtype=int)
    s.standing, s.view = s.sender_standing, rng.standard_normal(shape)
    s.merit, s.score = np.zeros(shape), np.zeros(shape)
    f = s.security_framing * (1 - p.nhri_reframing * has(inputs, s, "nhri"))
    s.e = p.initial_practice * s.capacity * np.minimum(p.enforcement_law * has(inputs, s, "law") + f * s.m, 1)
    s.p = s.capacity * (1 - s.security_framing) * s.m
    s.p = relax(s.p, protection_target(p, s, f), p.initial_practice)
    return s


def has(inputs, s, kind):
    return s.adopted[[of == kind for of in inputs.instruments]].any(axis=0)


def commitment(adopted, counts):
    return np.tensordot(counts, adopted, 1) / max(sum(counts), 1e-300)


def protection_target(p, s, f):
    wanted = (1 - f) * s.m
    free = np.maximum(s.capacity - p.displacement * s.e, 0)
    return np.minimum(free * (wanted + p.mobilized_protection * s.d * (1 - wanted)) + p.spillover * s.e, s.capacity)


def assess(inputs, now, s, rng):
    """1 assess."""
    g, rated = inputs.regime, np.array(now.rated)[:, None]
    practice = g.enforcement_share * s.e + (1 - g.enforcement_share) * s.p
    law = s.adopted[inputs.demanded].any(axis=0)
    merit = (g.weight_law * law + (1 - g.weight_law) * practice) / (1 - g.capacity_allowance + g.capacity_allowance * s.capacity)
    s.view = np.where(rated, g.view_memory * s.view + np.sqrt(1 - g.view_memory**2) * rng.standard_normal(s.m.shape), s.view)
    score = merit + g.politicization * s.strategic_value + g.noise * rng.standard_normal(s.m.shape)
    score += g.view_sd * s.view - g.bar_rise * now.years_of_rise
    tier = 1 + sum((score < low).astype(int) for low in g.thresholds)
    watch = inputs.watch.grade
    if now.watch_exists:
        fell = (s.tier > 0) & (score - s.score < g.backslide)
        tier[(tier == watch - 1) & fell] = watch
    else:
        tier[tier == watch] = watch - 1
    if now.watch_limited:
        tier[(tier == watch) & (s.watched >= inputs.watch.limit)] = watch + 1
        s.watched = np.where(rated & (tier == watch), s.watched + 1, 0)
    s.tier, s.merit, s.score = (np.where(rated, new, old) for new, old in [(tier, s.tier), (merit, s.merit), (score, s.score)])
    politicized = np.abs(g.politicization * s.strategic_value[now.rated]).mean(axis=0) if any(now.rated) else 0
    costs = g.politicization_cost * politicized * s.standing
    s.standing = np.clip(s.standing + g.standing_rate * (s.sender_standing - s.standing) - costs, 0, 1)


def step(inputs, now, s, rng, share):
    p, g, dt = inputs.parameters, inputs.regime, 1 / inputs.steps_per_year
    for i, x in now.strategic_values:
        s.strategic_value[i] = x
    for i, j in now.adopts:
        s.adopted[j, i] = True
    m, e, d, a, u, r, c, k, kappa, delta = s.m, s.e, s.d, s.a, s.u, s.r, s.c, s.k, s.capacity, s.openness
    law, nhri, before = has(inputs, s, "law"), has(inputs, s, "nhri"), s.adopted.copy()
    if now.reports:
        assess(inputs, now, s, rng)

    # 2 press
    shame = s.reputation_concern * np.array([0, *g.shame])[s.tier] * s.standing
    induced = s.sanction_sensitivity * g.severity * np.array([0, *g.threat])[s.tier] * (1 - g.waiver * s.strategic_value)
    s.s = relax(s.s, shame + induced, share.pressure_rate)
    x = s.s / (s.s + 1)
    frame = induced / (induced + p.inducement_half)
    signal = frame * (2 * s.standing - 1)
    control = np.minimum((frame + p.shame_control * shame / (shame + 1)) * (1 - s.standing), 1)
    pushed = x * (1 - p.defiance * u)
    base = np.array(inputs.weights[now.weights])

    def peers(of):
        """Sum over peers, by weight."""
        return base @ of + p.participatory * delta * (base @ (delta * of))

    voice = 1 - p.silence + p.silence * ((1 - p.civil_voice) * m * (1 - a) + p.civil_voice * np.maximum(d, nhri))
    w, public, heard_voice = peers(np.ones_like(m)), (c + r) / 2, peers(voice)
    hearing, heard = w / (w + p.hearing_half), heard_voice / (heard_voice + p.hearing_half)
    acculturation = hearing * np.maximum(peers(public) / w - public, 0)
    difference = peers(voice * m) / heard_voice - m
    argued = now.argued * voice.mean(axis=0)

    # 3 commit
    for j, hazard in enumerate(now.hazard):
        if hazard > 0:
            demanded = np.array(now.rated)[:, None] * inputs.demanded[j]
            log_factor = p.adopt_pressure * demanded * pushed + p.adopt_peers * hearing * peers(before[j].astype(float)) / w
            log_factor += p.adopt_motivation * m + p.adopt_mobilization * d
            s.adopted[j] |= (k > 0) & (rng.random(m.shape) < -np.expm1(-hazard * np.exp(log_factor)))

    # 4 act
    f = s.security_framing * (1 - p.nhri_reframing * nhri)
    practice, toward = s.p / np.maximum(kappa, 0.05), protection_target(p, s, f)
    s.e = relax(e, kappa * np.minimum(np.maximum(pushed, 0) + p.enforcement_law * law + f * m, 1), share.enforcement_rate)
    s.p = relax(s.p, toward, share.protection_rate)

    # 5 interpret
    s.a = relax(a, frame / (frame + m + acculturation + p.attribution_half), share.attribution_rate)
    s.u = relax(u, s.control_aversion * control, share.reactance_rate)

    # 6 internalize
    room = 1 - m
    o, ears = np.take(p.openness_to_argument, k), np.take(p.openness_region, k) * (1 - p.spill_region * u)
    at_stake = [m * room if coefficient < 0 else m for coefficient in (p.overjustification, p.self_determination)]
    terms = p.persuasion * o * (1 - p.spill_region * u) * heard * np.where(difference > 0, difference, p.pull_down * difference)
    terms += p.argumentation * now.strength * o * (1 - p.spill_convention * u) * room
    terms += p.regional_argument * ears * argued * room
    terms += p.domestic_voice * d * (1 - p.agenda_narrowing * a) * room
    terms += p.habituation * practice * (1 - a) * room
    terms += p.signalling * signal * m * room
    terms -= p.overjustification * a * frame * at_stake[0] + p.self_determination * u * at_stake[1]
    terms -= p.drift * (m - s.autochthonous)
    shock = p.volatility * np.sqrt(m * room * dt) * rng.standard_normal(m.shape)
    s.m = np.clip(m + dt * terms + shock, 0, 1)
    s.security_framing = s.security_framing + dt * p.regional_argument * ears * argued * (inputs.framing - s.security_framing)

    # 7 voice
    target = np.maximum(k / 4, c)
    s.r = relax(r, target, np.where(target > r, share.rhetoric_rise, share.rhetoric_fall))
    grows = p.mobilization_rise * delta * np.minimum(r + nhri + s.attention, 1) * (1 - d)
    s.d = np.clip(d + dt * (grows - (np.take(p.repression, k) * (1 - delta) + p.mobilization_fall) * d), 0, 1)

    # 8 spiral
    of_itself, outside = p.spiral_motivation * m, x + acculturation
    from_above, from_both = np.minimum(outside + s.attention, 1), np.minimum(outside + d, 1)
    up = np.choose(
        k,
        [
            p.spiral_up[0] * np.minimum(outside + s.attention + of_itself, 1),
            p.spiral_up[1] * np.minimum(outside + d + of_itself, 1),
            p.spiral_up[2] * r * np.minimum(d + c, 1),
            p.spiral_up[3] * m * np.minimum(practice, 1),
            0.0,
        ],
    )
    down = np.choose(
        k,
        [
            0.0,
            p.spiral_down[0] * (1 - from_above) * (1 - of_itself),
            p.spiral_down[1] * (1 - from_both) * room,
            p.spiral_down[2] * (1 - c) * room,
            p.spiral_down[3] * room,
        ],
    )
    both, v = np.maximum(up + down, 1e-300), rng.random(m.shape)
    moves = -np.expm1(-both * dt) / both
    s.k = k + (v < up * moves) - (v >= 1 - down * moves)
    s.c = commitment(s.adopted, now.counts)


def flows(inputs, s):
    """What corridors carry out of and into each state in a year."""
    p, out, into = inputs.parameters, np.zeros_like(s.m), np.zeros_like(s.m)
    for origin in range(len(inputs.states)):
        corridors = [(to, volume) for of, to, volume in inputs.corridors if of == origin]
        if corridors:
            to, volume = [to for to, _ in corridors], np.array([volume for _, volume in corridors])[:, None]
            deterred = 1 - (1 - p.reach * s.p[origin]) * (1 - p.reach * s.p[to]) * (1 - p.reach * s.e[to] * p.organized_share)
            remains = volume * (1 - deterred)
            others = remains.sum(axis=0) - remains
            sends = np.zeros_like(remains)
            np.divide(p.diversion * volume * deterred, others, out=sends, where=others > 1e-12 * remains.sum(axis=0))
            flow = remains * (1 + np.maximum(sends.sum(axis=0) - sends, 0))
            out[origin] = flow.sum(axis=0)
            into[to] += flow
    return out, into


def record(inputs, summary, year, s):
    numbers = [
        s.m,
        s.e,
        s.p,
        s.r,
        s.d,
        s.a,
        s.u,
        s.s,
        s.c,
        s.c - s.p / s.capacity,
        s.standing,
        s.merit,
        s.score,
        inputs.regime.view_sd * s.view,
        *flows(inputs, s),
    ]
    summary.add(year, numbers, [s.k, *s.adopted, s.tier])


def main():
    path, replicates, seed, out = sys.argv[1:]
    inputs, rng, left = read(path), np.random.default_rng(int(seed)), int(replicates)
    summary, share = Summary(inputs), shares(inputs)
    summary.replicates = left
    while left > 0:
        s = started(inputs, rng, min(left, BATCH))
        left -= BATCH
        record(inputs, summary, 0, s)
        for t, now in enumerate(inputs.timetable):
            step(inputs, now, s, rng, share)
            if (t + 1) % inputs.steps_per_year == 0:
                record(inputs, summary, (t + 1) // inputs.steps_per_year, s)
    summary.write(out)


main()
