//! Means, standard deviations and histograms of numbers, shares of codes, by state and year.

use crate::inputs::Inputs;
use std::io::{self, Write};

pub struct Summary<'a> {
    inputs: &'a Inputs,
    replicates: u64,
    /// By year, state and number: sum and sum of squares.
    sums: Vec<[f64; 2]>,
    /// The same, by bin.
    histograms: Vec<u32>,
    /// By year, state and value of a code.
    counts: Vec<u32>,
    /// For each number the lower end of its histogram and its bins per unit.
    scales: Vec<(f64, f64)>,
    /// For each code where its values begin among those of a state.
    first: Vec<usize>,
    values: usize,
}

impl<'a> Summary<'a> {
    pub fn new(inputs: &'a Inputs) -> Summary<'a> {
        let rows = (inputs.years + 1) * inputs.states.len();
        let mut values = 0;
        let first = inputs.codes.iter().map(|(_, of)| (values, values += of.len()).0).collect();
        let scale = |(_, low, high): &(String, f64, f64)| (*low, inputs.bins as f64 / (high - low));
        Summary {
            inputs,
            replicates: 0,
            sums: vec![[0.0; 2]; rows * inputs.numbers.len()],
            histograms: vec![0; rows * inputs.numbers.len() * inputs.bins],
            counts: vec![0; rows * values],
            scales: inputs.numbers.iter().map(scale).collect(),
            first,
            values,
        }
    }

    pub fn add_replicate(&mut self) {
        self.replicates += 1;
    }

    /// Adds what a state shows at the end of a year, 0 being the start.
    pub fn add(&mut self, year: usize, state: usize, numbers: &[f64], codes: impl Iterator<Item = usize>) {
        let row = year * self.inputs.states.len() + state;
        let bins = self.inputs.bins;
        for (k, &x) in numbers.iter().enumerate() {
            let cell = row * numbers.len() + k;
            self.sums[cell][0] += x;
            self.sums[cell][1] += x * x;
            let (low, scale) = self.scales[k];
            let bin = (((x - low) * scale).max(0.0) as usize).min(bins - 1);
            self.histograms[cell * bins + bin] += 1;
        }
        for (code, first) in codes.zip(&self.first) {
            self.counts[row * self.values + first + code] += 1;
        }
    }

    /// A row per state, year and number, or value of a code.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let inputs = self.inputs;
        let n = self.replicates as f64;
        writeln!(out, "state,year,variable,value,n,mean,sd,q50")?;
        for year in 0..=inputs.years {
            for (i, state) in inputs.states.iter().enumerate() {
                let row = year * inputs.states.len() + i;
                let key = format!("{state},{}", inputs.start + year as i32 - 1);
                for (k, (name, low, high)) in inputs.numbers.iter().enumerate() {
                    let cell = row * inputs.numbers.len() + k;
                    let [sum, squares] = self.sums[cell];
                    let variance = (squares - sum * sum / n).max(0.0) / (n - 1.0);
                    let mut below = 0;
                    let bins = &self.histograms[cell * inputs.bins..][..inputs.bins];
                    let median = bins.iter().take_while(|count| {
                        below += u64::from(**count);
                        2 * below < self.replicates
                    });
                    let median = low + (median.count() as f64 + 0.5) / inputs.bins as f64 * (high - low);
                    writeln!(out, "{key},{name},,{n},{},{},{median}", sum / n, variance.sqrt())?;
                }
                for ((name, values), first) in inputs.codes.iter().zip(&self.first) {
                    for (v, value) in values.iter().enumerate() {
                        let share = f64::from(self.counts[row * self.values + first + v]) / n;
                        writeln!(out, "{key},{name},{value},{n},{share},,")?;
                    }
                }
            }
        }
        Ok(())
    }
}
