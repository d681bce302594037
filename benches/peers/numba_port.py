"""The model in Numba: one compiled loop over replicates, steps and states. It is compiled anew in each process, some ten seconds.

Usage: python numba_port.py INPUTS.json REPLICATES SEED OUT.csv
"""

import sys
from collections import namedtuple

import numpy as np
from numba import njit
from shared import Summary, read, shares

# By state: what evolves, then traits, as the file of inputs names them.
VARIABLES = [
    "m",
    "e",
    "p",
    "r",
    "d",
    "a",
    "u",
    "s",
    "c",
    "k",
    "tier",
    "standing",
    "merit",
    "score",
    "view",
    "watched",
    "autochthonous",
]
TRAITS = [
    "intrinsic_motivation",
    "security_framing",
    "sanction_sensitivity",
    "reputation_concern",
    "control_aversion",
    "capacity",
    "openness",
    "attention",
    "strategic_value",
    "sender_standing",
]
(
    M,
    E,
    P,
    R,
    D,
    A,
    U,
    S,
    C,
    K,
    TIER,
    STANDING,
    MERIT,
    SCORE,
    VIEW,
    WATCHED,
    AUTOCHTHONOUS,
    INTRINSIC,
    FRAMING,
    SIGMA,
    RHO,
    ALPHA,
    KAPPA,
    DELTA,
    ATTENTION,
    CHI,
    L0,
) = range(len(VARIABLES) + len(TRAITS))


# What a report goes by.
Rules = namedtuple("Rules", ["years", "exists", "limited", "grade", "limit"])
# Divisions without a test for 0, and sums in any order: a sixth to a quarter faster here.
FAST = {"error_model": "numpy", "fastmath": True}


def tuple_of(name, of):
    """A named tuple, of numbers and tuples of them: compiled code reads it by name, and counts no references to arrays."""
    values = {k: tuple(float(x) for x in v) if isinstance(v, list) else v for k, v in of.items()}
    return namedtuple(name, values)(**values)


@njit(**FAST)
def relax(x, target, share):
    return x + share * (target - x)


@njit(**FAST)
def has(adopted, i, kind):
    """1 where a state has adopted any instrument of a kind, else 0. Functions get whole arrays and an index, since references
    to a view of a row would be counted."""
    for j in range(len(kind)):
        if adopted[i, j] * kind[j] > 0:
            return 1.0
    return 0.0


@njit(**FAST)
def commitment(adopted, i, counts):
    adopts, total = 0.0, 0.0
    for j in range(len(counts)):
        adopts += adopted[i, j] * counts[j]
        total += counts[j]
    return adopts / total if total > 0 else 0.0


@njit(**FAST)
def protection_target(p, x, i, f):
    wanted = (1 - f) * x[i, M]
    free = max(x[i, KAPPA] - p.displacement * x[i, E], 0.0)
    return min(free * (wanted + p.mobilized_protection * x[i, D] * (1 - wanted)) + p.spillover * x[i, E], x[i, KAPPA])


@njit(**FAST)
def start(w, p, rng, x, adopted):
    """Puts all states at the start."""
    x[:] = 0
    adopted[:] = w.adopted_at_start
    for i in range(len(x)):
        for t in range(len(w.mean)):
            x[i, INTRINSIC + t] = min(max(w.mean[t, i] + w.sd[t, i] * rng.standard_normal(), w.low[t]), w.high[t])
        x[i, M] = x[i, AUTOCHTHONOUS] = x[i, INTRINSIC]
        x[i, K] = w.initial_phase[i]
        x[i, C] = commitment(adopted, i, w.counts_at_start)
        x[i, R], x[i, D] = max(x[i, K] / 4, x[i, C]), 0.4 * x[i, DELTA]
        x[i, STANDING], x[i, VIEW] = x[i, L0], rng.standard_normal()
        law, nhri = has(adopted, i, w.laws), has(adopted, i, w.nhris)
        f = x[i, FRAMING] * (1 - p.nhri_reframing * nhri)
        x[i, E] = p.initial_practice * x[i, KAPPA] * min(p.enforcement_law * law + f * x[i, M], 1.0)
        unpressed = x[i, KAPPA] * (1 - x[i, FRAMING]) * x[i, M]
        x[i, P] = relax(unpressed, protection_target(p, x, i, f), p.initial_practice)


@njit(**FAST)
def assess(rules, g, rated, politicized, demanded, adopted, x, i, rng):
    """1 assess, of one state."""
    if rated:
        practice = g.enforcement_share * x[i, E] + (1 - g.enforcement_share) * x[i, P]
        done = g.weight_law * has(adopted, i, demanded) + (1 - g.weight_law) * practice
        x[i, MERIT] = done / (1 - g.capacity_allowance + g.capacity_allowance * x[i, KAPPA])
        x[i, VIEW] = g.view_memory * x[i, VIEW] + np.sqrt(1 - g.view_memory**2) * rng.standard_normal()
        score = x[i, MERIT] + g.politicization * x[i, CHI] + g.noise * rng.standard_normal() + g.view_sd * x[i, VIEW]
        score -= g.bar_rise * rules.years
        tier = 1
        for low in g.thresholds:
            tier += score < low
        if rules.exists:
            if tier == rules.grade - 1 and x[i, TIER] > 0 and score - x[i, SCORE] < g.backslide:
                tier = rules.grade
        elif tier == rules.grade:
            tier = rules.grade - 1
        if rules.limited:
            if tier == rules.grade and x[i, WATCHED] >= rules.limit:
                tier = rules.grade + 1
            x[i, WATCHED] = x[i, WATCHED] + 1 if tier == rules.grade else 0
        x[i, TIER], x[i, SCORE] = tier, score
    moves = g.standing_rate * (x[i, L0] - x[i, STANDING]) - g.politicization_cost * politicized * x[i, STANDING]
    x[i, STANDING] = min(max(x[i, STANDING] + moves, 0.0), 1.0)


@njit(**FAST)
def step(w, p, g, share, t, x, adopted, before, weights, shown, rng):
    """A step of all states. `shown` takes what they show at its start: what is said in public, voice, voice times motivation."""
    n, dt, voices, favour, counted = len(x), w.dt, 0.0, 0.0, 0
    # Taken out of the tuple once: each time an array is, references to it are counted.
    rated, hazard, counts, laws, nhris, demanded = w.rated[t], w.hazard[t], w.counts[t], w.laws, w.nhris, w.demanded
    reports, strength = w.reports[t], w.strength[t]
    rules = Rules(w.years_of_rise[t], w.watch_exists[t], w.watch_limited[t], w.watch_grade, w.watch_limit)
    before[:] = adopted
    for i in range(n):
        nhri = has(adopted, i, nhris)
        says = (1 - p.civil_voice) * x[i, M] * (1 - x[i, A]) + p.civil_voice * max(x[i, D], nhri)
        voice = 1 - p.silence + p.silence * says
        shown[i, 0], shown[i, 1], shown[i, 2] = (x[i, C] + x[i, R]) / 2, voice, voice * x[i, M]
        voices += voice
        if rated[i]:
            counted += 1
            favour += abs(g.politicization * x[i, CHI])
    politicized, argued = favour / counted if counted > 0 else 0.0, w.argued[t] * voices / n
    for i in range(n):
        if reports:
            assess(rules, g, rated[i], politicized, demanded, before, x, i, rng)
        m, e, d, a, u, r, c, k, kappa, delta = (
            x[i, M],
            x[i, E],
            x[i, D],
            x[i, A],
            x[i, U],
            x[i, R],
            x[i, C],
            int(x[i, K]),
            x[i, KAPPA],
            x[i, DELTA],
        )
        law, nhri = has(before, i, laws), has(before, i, nhris)

        # 2 press
        shame, induced, standing = 0.0, 0.0, x[i, STANDING]
        if x[i, TIER] > 0:
            tier = int(x[i, TIER]) - 1
            shame = x[i, RHO] * g.shame[tier] * standing
            induced = x[i, SIGMA] * g.severity * g.threat[tier] * (1 - g.waiver * x[i, CHI])
        x[i, S] = relax(x[i, S], shame + induced, share.pressure_rate)
        felt = x[i, S] / (x[i, S] + 1)
        frame = induced / (induced + p.inducement_half)
        signal = frame * (2 * standing - 1)
        control = min((frame + p.shame_control * shame / (shame + 1)) * (1 - standing), 1.0)
        pushed = felt * (1 - p.defiance * u)
        total, public, voice, spoken = 0.0, 0.0, 0.0, 0.0
        for j in range(n):
            total += weights[i, j]
            public += weights[i, j] * shown[j, 0]
            voice += weights[i, j] * shown[j, 1]
            spoken += weights[i, j] * shown[j, 2]
        hearing = heard = acculturation = difference = 0.0
        if total > 0:
            hearing = total / (total + p.hearing_half)
            acculturation = hearing * max(public / total - shown[i, 0], 0.0)
            if voice > 0:
                heard, difference = voice / (voice + p.hearing_half), spoken / voice - m

        # 3 commit
        for j in range(adopted.shape[1]):
            if hazard[j] > 0 and k > 0 and adopted[i, j] == 0:
                peers = 0.0
                for other in range(n):
                    peers += weights[i, other] * before[other, j]
                log_factor = p.adopt_motivation * m + p.adopt_mobilization * d
                if total > 0:
                    log_factor += p.adopt_peers * hearing * peers / total
                if demanded[j] > 0 and rated[i]:
                    log_factor += p.adopt_pressure * pushed
                if rng.random() < 1 - np.exp(-hazard[j] * np.exp(log_factor)):
                    adopted[i, j] = 1

        # 4 act
        f = x[i, FRAMING] * (1 - p.nhri_reframing * nhri)
        practice, toward = x[i, P] / max(kappa, 0.05), protection_target(p, x, i, f)
        x[i, E] = relax(e, kappa * min(max(pushed, 0.0) + p.enforcement_law * law + f * m, 1.0), share.enforcement_rate)
        x[i, P] = relax(x[i, P], toward, share.protection_rate)

        # 5 interpret
        x[i, A] = relax(a, frame / (frame + m + acculturation + p.attribution_half), share.attribution_rate)
        x[i, U] = relax(u, x[i, ALPHA] * control, share.reactance_rate)

        # 6 internalize
        room = 1 - m
        o, ears = p.openness_to_argument[k], p.openness_region[k] * (1 - p.spill_region * u)
        pull = difference if difference > 0 else p.pull_down * difference
        terms = p.persuasion * o * (1 - p.spill_region * u) * heard * pull
        terms += p.argumentation * strength * o * (1 - p.spill_convention * u) * room
        terms += p.regional_argument * ears * argued * room
        terms += p.domestic_voice * d * (1 - p.agenda_narrowing * a) * room
        terms += p.habituation * practice * (1 - a) * room
        terms += p.signalling * signal * m * room
        terms -= p.overjustification * a * frame * (m * room if p.overjustification < 0 else m)
        terms -= p.self_determination * u * (m * room if p.self_determination < 0 else m)
        terms -= p.drift * (m - x[i, AUTOCHTHONOUS])
        shock = p.volatility * np.sqrt(m * room * dt) * rng.standard_normal()
        x[i, M] = min(max(m + dt * terms + shock, 0.0), 1.0)
        x[i, FRAMING] += dt * p.regional_argument * ears * argued * (w.framing - x[i, FRAMING])

        # 7 voice
        target = max(k / 4, c)
        x[i, R] = relax(r, target, share.rhetoric_rise if target > r else share.rhetoric_fall)
        grows = p.mobilization_rise * delta * min(r + nhri + x[i, ATTENTION], 1.0) * (1 - d)
        falls = (p.repression[k] * (1 - delta) + p.mobilization_fall) * d
        x[i, D] = min(max(d + dt * (grows - falls), 0.0), 1.0)

        # 8 spiral
        of_itself, outside, up, down = p.spiral_motivation * m, felt + acculturation, 0.0, 0.0
        if k == 0:
            up = min(outside + x[i, ATTENTION] + of_itself, 1.0)
        elif k == 1:
            up = min(outside + d + of_itself, 1.0)
            down = (1 - min(outside + x[i, ATTENTION], 1.0)) * (1 - of_itself)
        elif k == 2:
            up, down = r * min(d + c, 1.0), (1 - min(outside + d, 1.0)) * room
        elif k == 3:
            up, down = m * min(practice, 1.0), (1 - c) * room
        else:
            down = room
        up *= p.spiral_up[min(k, 3)]
        down *= p.spiral_down[max(k - 1, 0)]
        if up + down > 0:
            moves, v = (1 - np.exp(-(up + down) * dt)) / (up + down), rng.random()
            x[i, K] = k + (v < up * moves) - (v >= 1 - down * moves)
        x[i, C] = commitment(adopted, i, counts)


@njit(**FAST)
def flows(w, p, x, out, into):
    """What corridors carry out of and into each state in a year; corridors of one origin follow one another."""
    out[:] = 0
    into[:] = 0
    first, count = 0, len(w.volume)
    remains, deterred = np.empty(count), np.empty(count)
    while first < count:
        origin, last, total, sent = w.origin[first], first, 0.0, 0.0
        while last < count and w.origin[last] == origin:
            of = x[w.destination[last]]
            kept = (1 - p.reach * x[origin, P]) * (1 - p.reach * of[P]) * (1 - p.reach * of[E] * p.organized_share)
            deterred[last], remains[last] = 1 - kept, w.volume[last] * kept
            total += remains[last]
            last += 1
        for c in range(first, last):
            others = total - remains[c]
            deterred[c] = p.diversion * w.volume[c] * deterred[c] / others if others > 1e-12 * total else 0.0
            sent += deterred[c]
        for c in range(first, last):
            flow = remains[c] * (1 + max(sent - deterred[c], 0.0))
            out[origin] += flow
            into[w.destination[c]] += flow
        first = last


@njit(**FAST)
def record(w, p, g, year, x, adopted, out, into, low, scale, first, sums, squares, histograms, counts):
    flows(w, p, x, out, into)
    instruments, bins = adopted.shape[1], histograms.shape[3]
    for i in range(len(x)):
        of = x[i]
        numbers = (
            of[M],
            of[E],
            of[P],
            of[R],
            of[D],
            of[A],
            of[U],
            of[S],
            of[C],
            of[C] - of[P] / of[KAPPA],
            of[STANDING],
            of[MERIT],
            of[SCORE],
            g.view_sd * of[VIEW],
            out[i],
            into[i],
        )
        for k in range(len(numbers)):
            number = numbers[k]
            sums[year, i, k] += number
            squares[year, i, k] += number * number
            histograms[year, i, k, min(int(max((number - low[k]) * scale[k], 0.0)), bins - 1)] += 1
        counts[year, i, int(of[K])] += 1
        for j in range(instruments):
            counts[year, i, first[1 + j] + int(adopted[i, j])] += 1
        counts[year, i, first[1 + instruments] + int(of[TIER])] += 1


@njit(**FAST)
def run(w, p, g, share, replicates, rng, low, scale, first, sums, squares, histograms, counts):
    n, instruments = w.adopted_at_start.shape
    x, adopted, before = np.zeros((n, AUTOCHTHONOUS + 1 + len(w.mean))), np.zeros((n, instruments)), np.zeros((n, instruments))
    weights, shown, out, into = np.zeros((n, n)), np.zeros((n, 3)), np.zeros(n), np.zeros(n)
    for _ in range(replicates):
        start(w, p, rng, x, adopted)
        record(w, p, g, 0, x, adopted, out, into, low, scale, first, sums, squares, histograms, counts)
        for t in range(len(w.reports)):
            for i in range(n):
                if w.strategic_values[t, i] >= 0:
                    x[i, CHI] = w.strategic_values[t, i]
                for j in range(instruments):
                    adopted[i, j] = max(adopted[i, j], w.adopts[t, i, j])
            if t == 0 or w.matrix[t] != w.matrix[t - 1]:
                for i in range(n):
                    for j in range(n):
                        weights[i, j] = w.weights[w.matrix[t], i, j] * (1 + p.participatory * x[i, DELTA] * x[j, DELTA])
            step(w, p, g, share, t, x, adopted, before, weights, shown, rng)
            if (t + 1) % w.per_year == 0:
                year = (t + 1) // w.per_year
                record(w, p, g, year, x, adopted, out, into, low, scale, first, sums, squares, histograms, counts)


def world(inputs):
    """All but parameters and the regime's numbers, as arrays."""
    steps, n, instruments = inputs.timetable, len(inputs.states), len(inputs.instruments)
    given, adopts, values = np.zeros((n, instruments)), np.zeros((len(steps), n, instruments)), np.full((len(steps), n), -1.0)
    for i, j in inputs.adopted_at_start:
        given[i, j] = 1
    for t, now in enumerate(steps):
        for i, j in now.adopts:
            adopts[t, i, j] = 1
        for i, x in now.strategic_values:
            values[t, i] = x
    traits = [getattr(inputs.traits, name) for name in TRAITS]
    fields = {
        "dt": 1 / inputs.steps_per_year,
        "per_year": inputs.steps_per_year,
        "framing": inputs.framing,
        "mean": np.array([of.mean for of in traits]),
        "sd": np.array([of.sd for of in traits]),
        "low": np.array([of.low for of in traits], dtype=float),
        "high": np.array([of.high for of in traits], dtype=float),
        "initial_phase": np.array(inputs.initial_phase),
        "adopted_at_start": given,
        "adopts": adopts,
        "strategic_values": values,
        "counts_at_start": np.array(inputs.counts_at_start),
        "demanded": np.array(inputs.demanded, dtype=float),
        "laws": np.array([float(kind == "law") for kind in inputs.instruments]),
        "nhris": np.array([float(kind == "nhri") for kind in inputs.instruments]),
        "watch_grade": inputs.watch.grade,
        "watch_limit": inputs.watch.limit,
        "weights": np.array(inputs.weights),
        "matrix": np.array([now.weights for now in steps]),
        "origin": np.array([of for of, _, _ in inputs.corridors]),
        "destination": np.array([to for _, to, _ in inputs.corridors]),
        "volume": np.array([volume for _, _, volume in inputs.corridors]),
    }
    for name in ["argued", "strength", "hazard", "counts", "years_of_rise"]:
        fields[name] = np.array([getattr(now, name) for now in steps], dtype=float)
    for name in ["reports", "watch_exists", "watch_limited", "rated"]:
        fields[name] = np.array([getattr(now, name) for now in steps])
    return namedtuple("World", fields)(**fields)


def main():
    path, replicates, seed, out = sys.argv[1:]
    inputs = read(path)
    summary = Summary(inputs)
    summary.replicates = int(replicates)
    parameters, regime, share = (
        tuple_of("Parameters", vars(inputs.parameters)),
        tuple_of("Regime", vars(inputs.regime)),
        shares(inputs),
    )
    run(
        world(inputs),
        parameters,
        regime,
        tuple_of("Shares", vars(share)),
        summary.replicates,
        np.random.default_rng(int(seed)),
        summary.low,
        summary.scale,
        summary.first,
        summary.sums,
        summary.squares,
        summary.histograms,
        summary.counts,
    )
    summary.write(out)


main()
