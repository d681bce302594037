//! How dark grades are drawn.

/// Shades of the best grade, of those a third and two thirds of the way down, and of the worst.
const SHADES: [f64; 4] = [0.12, 0.34, 0.64, 0.96];

/// How dark a grade is, of so many: the worse, the darker, and nothing where a state is not rated (code 0).
///
/// ```
/// use suasion_show::plot::shade_of_grade;
/// assert_eq!([0, 1, 2, 3, 4].map(|code| shade_of_grade(code, 4)), [0.0, 0.12, 0.34, 0.64, 0.96]);
/// assert_eq!([1, 2].map(|code| shade_of_grade(code, 2)), [0.12, 0.96]);
/// assert_eq!(shade_of_grade(2, 3), 0.49);
/// ```
pub fn shade_of_grade(code: usize, grades: usize) -> f64 {
    let Some(place) = code.checked_sub(1) else { return 0.0 };
    let at = (place * (SHADES.len() - 1)) as f64 / (grades.max(2) - 1) as f64;
    let low = (at as usize).min(SHADES.len() - 2);
    let above = (at - low as f64).min(1.0);
    SHADES[low] + above * (SHADES[low + 1] - SHADES[low])
}
