//! Linear least squares and logistic regression with a penalty on the squared weights, by conjugate gradients. One
//! thread, fixed order, 64-bit floats: the same numbers on every run.

/// A row of the design: its dense part, and the columns that all hold `term`. The last of all columns is the intercept.
pub(crate) struct Row {
    pub(crate) dense: Vec<f64>,
    pub(crate) terms: Vec<usize>,
    pub(crate) term: f64,
}

impl Row {
    /// The row times a vector of weights.
    pub(crate) fn times(&self, weights: &[f64]) -> f64 {
        let dense: f64 = self.dense.iter().zip(weights).map(|(x, w)| x * w).sum();
        dense + self.terms.iter().map(|at| weights[*at]).sum::<f64>() * self.term + weights[weights.len() - 1]
    }

    fn add_to(&self, sums: &mut [f64], times: f64) {
        for (sum, x) in sums.iter_mut().zip(&self.dense) {
            *sum += x * times;
        }
        for at in &self.terms {
            sums[*at] += self.term * times;
        }
        let last = sums.len() - 1;
        sums[last] += times;
    }
}

/// Minimises `sum of (goal - row * w)^2 + penalty * |w|^2`, the intercept free of penalty.
pub(crate) fn ridge(rows: &[Row], goals: &[f64], columns: usize, penalty: f64) -> Vec<f64> {
    let importance = vec![1.0; rows.len()];
    weighted(rows, goals, &importance, columns, penalty)
}

/// The same where rows count differently.
pub(crate) fn weighted(rows: &[Row], goals: &[f64], importance: &[f64], columns: usize, penalty: f64) -> Vec<f64> {
    let mut gradient = vec![0.0; columns];
    for ((row, goal), count) in rows.iter().zip(goals).zip(importance) {
        row.add_to(&mut gradient, goal * count);
    }
    conjugate(rows, importance, &gradient, penalty)
}

/// Minimises the logistic loss of yes (1) and no (0), plus half the penalty times `|w|^2`, by Newton's method.
pub(crate) fn logistic(rows: &[Row], goals: &[f64], columns: usize, penalty: f64) -> Vec<f64> {
    const STEPS: usize = 12;
    let mut weights = vec![0.0; columns];
    for _ in 0..STEPS {
        let chances: Vec<f64> = rows.iter().map(|row| 1.0 / (1.0 + (-row.times(&weights)).exp())).collect();
        let importance: Vec<f64> = chances.iter().map(|p| (p * (1.0 - p)).max(1e-6)).collect();
        let mut downhill: Vec<f64> = weights.iter().map(|w| -penalty * w).collect();
        downhill[columns - 1] = 0.0;
        for ((row, goal), p) in rows.iter().zip(goals).zip(&chances) {
            row.add_to(&mut downhill, goal - p);
        }
        let step = conjugate(rows, &importance, &downhill, penalty);
        weights.iter_mut().zip(step).for_each(|(w, s)| *w += s);
    }
    weights
}

/// Solves `(X' D X + penalty) w = right`.
fn conjugate(rows: &[Row], importance: &[f64], right: &[f64], penalty: f64) -> Vec<f64> {
    const STEPS: usize = 300;
    let apply = |w: &[f64]| {
        let mut out: Vec<f64> = w.iter().map(|w| w * penalty).collect();
        out[w.len() - 1] = 0.0;
        for (row, count) in rows.iter().zip(importance) {
            row.add_to(&mut out, row.times(w) * count);
        }
        out
    };
    let mut solution = vec![0.0; right.len()];
    let mut residue = right.to_vec();
    let mut direction = residue.clone();
    let mut size = dot(&residue, &residue);
    let enough = size * 1e-18;
    for _ in 0..STEPS {
        if size <= enough {
            break;
        }
        let moved = apply(&direction);
        let by = size / dot(&direction, &moved);
        solution.iter_mut().zip(&direction).for_each(|(s, d)| *s += by * d);
        residue.iter_mut().zip(&moved).for_each(|(r, m)| *r -= by * m);
        let next = dot(&residue, &residue);
        let keep = next / size;
        direction.iter_mut().zip(&residue).for_each(|(d, r)| *d = r + keep * *d);
        size = next;
    }
    solution
}

/// Platt's scale: the slope and offset whose logistic curve fits yes and no best.
pub(crate) fn platt(blends: &[f64], yes: &[bool]) -> (f64, f64) {
    let rows: Vec<Row> = blends.iter().map(|x| Row { dense: vec![*x], terms: Vec::new(), term: 1.0 }).collect();
    let goals: Vec<f64> = yes.iter().map(|y| f64::from(u8::from(*y))).collect();
    let found = logistic(&rows, &goals, 2, 1e-3);
    (found[0], found[1])
}

/// Mean and standard deviation; the deviation is never zero.
#[expect(clippy::cast_precision_loss, reason = "a few thousand rows")]
pub(crate) fn norm(numbers: &[f64]) -> (f64, f64) {
    let many = numbers.len().max(1) as f64;
    let mean = numbers.iter().sum::<f64>() / many;
    let deviation = (numbers.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / many).sqrt();
    (mean, deviation.max(1e-3))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
