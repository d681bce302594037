//! What a scenario says beyond the model, as formulas: `MathML`, for pages that show what was run.

use super::document::{Document, Node};
use super::report::label;
use crate::model::theory::target::Target;
use crate::model::world::World;
use suasion_expression::mathml::{equation, mathml};
use suasion_expression::syntax::parse;

/// A formula of what a scenario declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equation {
    /// What it is of: `mechanism.backlash_against_shaming`.
    pub path: String,
    /// What it says, in words.
    pub title: String,
    /// `MathML`: one `<math>` element.
    pub markup: String,
}

/// What stands before and after an expression: that which is there without it, where there is something.
const WHOLE: (&str, &str) = ("", "");
const PLUS: (&str, &str) = ("<mo>\u{22EF}</mo><mo>+</mo>", "");
const LESS: (&str, &str) = ("<mo>\u{22EF}</mo>", "");
const TIMES: (&str, &str) = ("<mo>\u{22EF}</mo><mo>\u{D7}</mo><mo>(</mo>", "<mo>)</mo>");

/// The formulas, in the order of a step: what is named, variables, shocks, mechanisms, outcomes.
pub(super) fn equations(world: &World, document: &Document) -> Vec<Equation> {
    let mut all = Vec::new();
    for section in ["define", "variable", "shock", "mechanism", "outcome"] {
        for (i, node) in document.entries(section).iter().enumerate() {
            let path = label(section, i, node);
            let text = |key: &str| node.get(key).and_then(Node::text);
            let id = text("id").unwrap_or_default();
            let own = id.replace('_', " ");
            let mut title = text("title").or_else(|| text("meaning")).unwrap_or(&own).to_string();
            if section == "mechanism" && world.theory.mechanism(id).is_some_and(|k| !world.theory.on[k]) {
                title.push_str(" (switched off)");
            }
            let mut push = |title: String, left: String, (before, after): (&str, &str), expression: &str| {
                let Ok(tree) = parse(expression) else { return };
                let right = format!("<mrow>{before}{}{after}</mrow>", mathml(&tree, &name));
                all.push(Equation { path: path.clone(), title, markup: equation(&left, &right) });
            };
            match section {
                "define" | "outcome" => push(title, name(id), WHOLE, text("value").unwrap_or_default()),
                "variable" => {
                    push(title.clone(), rate(&name(id)), WHOLE, text("change").unwrap_or_default());
                    let at_start = text("start").unwrap_or("0");
                    push(format!("{title}, at the start"), start(&name(id)), WHOLE, at_start);
                }
                "shock" => {
                    let lasts = node.get("lasts").and_then(Node::number);
                    let lasts = lasts.map_or("stays".into(), |years| format!("1/e is left after {years} yr"));
                    let told = format!("{title} ({lasts})");
                    push(told, hazard(&name(id)), WHOLE, text("hazard").unwrap_or_default());
                    let at_start = text("start").unwrap_or("0");
                    push(format!("{title}, at the start"), start(&name(id)), WHOLE, at_start);
                }
                _ => {
                    let by = text("rate").or_else(|| text("by")).unwrap_or_default();
                    let (around, side) = match (text("adds_to"), text("scales")) {
                        (Some(side), _) if by.trim_start().starts_with('-') => (LESS, side),
                        (Some(side), _) => (PLUS, side),
                        (_, Some(side)) => (TIMES, side),
                        _ => continue,
                    };
                    let Some((target, _)) = Target::find(side, &world.instruments, &world.ratings) else {
                        continue;
                    };
                    push(title, target_name(target, side), around, by);
                }
            }
        }
    }
    all
}

/// The side of an equation that a mechanism is on.
fn target_name(target: Target, side: &str) -> String {
    match target {
        Target::Motivation | Target::Mobilization => rate(&name(side)),
        Target::Adoption | Target::AdoptionOf(_) | Target::Exit | Target::ExitOf(_) => {
            format!("<mrow><mi>ln</mi>{}</mrow>", hazard(&name(side)))
        }
        _ => name(side),
    }
}

/// A change per year.
fn rate(of: &str) -> String {
    format!("<mfrac><mrow><mi>d</mi>{of}</mrow><mrow><mi>d</mi><mi>t</mi></mrow></mfrac>")
}

/// A hazard.
fn hazard(of: &str) -> String {
    format!("<mrow><mtext>&#xA0;hazard of&#xA0;</mtext>{of}</mrow>")
}

/// A value at the start.
fn start(of: &str) -> String {
    format!("<msub>{of}<mn>0</mn></msub>")
}

/// A name as people read it: upright, with spaces, what follows a dot below.
fn name(written: &str) -> String {
    let upright = |text: &str| format!("<mi mathvariant=\"normal\">{}</mi>", escaped(text).replace('_', " "));
    match written.split_once('.') {
        Some(("parameters", of)) => upright(of),
        Some((of, id)) => format!("<msub>{}{}</msub>", upright(of), upright(id)),
        None => upright(written),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Scenario, theories};

    #[test]
    fn every_expression_of_the_shelf_is_a_formula() {
        for theory in theories::names() {
            let mut loaded = Scenario::load("asean").unwrap();
            loaded.apply_theory(&theories::read(theory).unwrap()).unwrap();
            let scenario = loaded.build_alone().unwrap();
            let said = &scenario.world.theory.said;
            let equations = scenario.equations();
            assert!(equations.len() >= said.mechanisms.len() + 2 * said.variables.len(), "{theory}");
            for equation in equations {
                let opened = equation.markup.matches("<m").count();
                assert_eq!(opened, equation.markup.matches("</m").count(), "{}", equation.markup);
                assert!(equation.markup.starts_with("<math") && !equation.title.is_empty());
            }
        }
        let mut loaded = Scenario::load("asean").unwrap();
        loaded.apply_theory(&theories::read("backlash").unwrap()).unwrap();
        let told = &loaded.build_alone().unwrap().equations()[0];
        assert_eq!(told.title, "backlash against shaming");
        assert!(told.markup.contains("<mi mathvariant=\"normal\">reactance</mi>"), "{}", told.markup);
    }
}
