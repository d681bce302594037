//! Usage: scalar INPUTS.json REPLICATES SEED OUT.csv, or scalar INPUTS.json PARTICLES SEED filter

use rand::SeedableRng;
use rand::rngs::SmallRng;
use scalar::{filter, inputs::Inputs, model, summary::Summary};
use std::fs::File;
use std::io::BufWriter;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [inputs, replicates, seed, out] = &arguments[..] else {
        return Err("INPUTS.json REPLICATES SEED OUT.csv".into());
    };
    let inputs: Inputs = serde_json::from_reader(std::io::BufReader::new(File::open(inputs)?))?;
    let mut rng = SmallRng::seed_from_u64(seed.parse()?);
    if out == "filter" {
        println!("{}", filter::run(&inputs, replicates.parse()?, &mut rng));
        return Ok(());
    }
    let mut summary = Summary::new(&inputs);
    model::run(&inputs, replicates.parse()?, &mut rng, &mut summary);
    summary.write(&mut BufWriter::new(File::create(out)?))?;
    Ok(())
}
