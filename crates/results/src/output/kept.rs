//! Which variables the tables of a run have. The digest is of all of them, kept or not.

use suasion_model::variable::Variable;
use suasion_model::world::World;

/// The variables of a world that tables and summaries have.
///
/// ```
/// use suasion_results::output::kept::Kept;
/// use suasion_model::variable::Variable;
/// let kept = Kept::Some(vec![Variable::Phase, Variable::Motivation]);
/// assert!(kept.has(Variable::Phase) && !kept.has(Variable::Protection) && Kept::All.has(Variable::Protection));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// Every variable.
    #[default]
    All,
    /// These alone; columns come in the order of [`Variable::all`] all the same.
    Some(Vec<Variable>),
}

impl Kept {
    /// Whether a variable is kept.
    pub fn has(&self, variable: Variable) -> bool {
        match self {
            Kept::All => true,
            Kept::Some(kept) => kept.contains(&variable),
        }
    }

    /// What is kept of a world, in the order of [`Variable::all`].
    pub fn variables(&self, world: &World) -> Vec<Variable> {
        let mut all = Variable::all(world);
        all.retain(|variable| self.has(*variable));
        all
    }

    /// The places of what is kept among all variables of a world; none where all are.
    pub fn places(&self, world: &World) -> Option<Vec<usize>> {
        let all = Variable::all(world).into_iter().enumerate();
        match self {
            Kept::All => None,
            Kept::Some(_) => Some(all.filter(|(_, v)| self.has(*v)).map(|(place, _)| place).collect()),
        }
    }
}
