//! The result of a quiz: for reflection, never a grade.

use crate::content::{Quiz, QuizItem, Total};

/// What a quiz says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuizResult {
    /// The total.
    pub total: u32,
    /// The highest total that there is.
    pub of: u32,
    /// What it means, in words.
    pub say: String,
    /// The places of the two items that counted least, the lowest first.
    pub lowest: [usize; 2],
    /// How far the total moved since last time.
    pub moved: Option<i32>,
}

/// The result of a quiz. `chosen` is the index of the answer to each item, `before` the same of last time; an index that
/// is none stands for the item's last answer, an item that was not answered for its least. A `before` of another length
/// is of another quiz and is left out.
pub fn quiz_result(quiz: &Quiz, chosen: &[u8], before: Option<&[u8]>) -> QuizResult {
    let worths = worths(quiz, chosen);
    let total = total(quiz.total, &worths);
    let before = before.filter(|before| before.len() == quiz.items.len());
    let moved = before.map(|before| signed(total) - signed(self::total(quiz.total, &self::worths(quiz, before))));
    let band = quiz.bands.iter().rev().find(|band| band.from <= total).or(quiz.bands.first());
    let mut places: Vec<usize> = (0..worths.len()).collect();
    places.sort_by_key(|&place| worths[place]);
    let lowest = |nth: usize| places.get(nth).or(places.last()).copied().unwrap_or(0);
    let most: Vec<u8> = quiz.items.iter().map(highest).collect();
    QuizResult {
        total,
        of: self::total(quiz.total, &most),
        say: band.map(|band| band.say.clone()).unwrap_or_default(),
        lowest: [lowest(0), lowest(1)],
        moved,
    }
}

fn worths(quiz: &Quiz, chosen: &[u8]) -> Vec<u8> {
    let worth = |(place, item): (usize, &QuizItem)| {
        let least = item.answers.iter().map(|answer| answer.worth).min().unwrap_or(0);
        chosen.get(place).map_or(least, |&index| {
            item.answers.get(usize::from(index)).or(item.answers.last()).map_or(least, |answer| answer.worth)
        })
    };
    quiz.items.iter().enumerate().map(worth).collect()
}

fn highest(item: &QuizItem) -> u8 {
    item.answers.iter().map(|answer| answer.worth).max().unwrap_or(0)
}

fn total(total: Total, worths: &[u8]) -> u32 {
    let sum: u32 = worths.iter().map(|&worth| u32::from(worth)).sum();
    match total {
        Total::Sum => sum,
        Total::TenfoldAverage => {
            let count = u32::try_from(worths.len()).unwrap_or(u32::MAX).max(1);
            (sum * 10 + count / 2) / count
        }
    }
}

fn signed(total: u32) -> i32 {
    i32::try_from(total).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Band, QuizAnswer};

    fn quiz(total: Total, items: &[&[u8]], bands: &[u32]) -> Quiz {
        let answer = |&worth: &u8| QuizAnswer { text: worth.to_string(), worth };
        let item = |worths: &&[u8]| QuizItem {
            text: "t".into(),
            tip: "tip".into(),
            answers: worths.iter().map(answer).collect(),
        };
        Quiz {
            id: "q".into(),
            title: "Q".into(),
            post: "p".into(),
            intro: "i".into(),
            items: items.iter().map(item).collect(),
            bands: bands.iter().map(|&from| Band { from, say: format!("from {from}") }).collect(),
            total,
        }
    }

    #[test]
    fn sums_a_scale_and_counts_reversed_statements_backwards() {
        let quiz = quiz(Total::Sum, &[&[0, 1, 2, 3, 4], &[4, 3, 2, 1, 0], &[0, 1, 2, 3, 4]], &[0, 6, 10]);
        let result = quiz_result(&quiz, &[4, 0, 1], Some(&[0, 0, 0]));
        assert_eq!((result.total, result.of, result.say.as_str()), (9, 12, "from 6"));
        assert_eq!((result.lowest, result.moved), ([2, 0], Some(5)));
        assert_eq!(quiz_result(&quiz, &[4, 0, 4], Some(&[1])).moved, None);
    }

    #[test]
    fn takes_the_tenfold_average_of_situations() {
        let quiz = quiz(Total::TenfoldAverage, &[&[3, 1, 5, 2, 4], &[2, 5, 1, 4, 3]], &[10, 25, 40]);
        let result = quiz_result(&quiz, &[2, 3], None);
        assert_eq!((result.total, result.of, result.say.as_str()), (45, 50, "from 40"));
        assert_eq!(result.lowest, [1, 0]);
    }

    #[test]
    fn bears_answers_that_are_none() {
        let quiz = quiz(Total::TenfoldAverage, &[&[3, 1, 5, 2, 4], &[2, 5, 1, 4, 3]], &[10]);
        assert_eq!(quiz_result(&quiz, &[], None).total, 10);
        assert_eq!(quiz_result(&quiz, &[200, 200, 9], None).total, 35);
        let empty = self::quiz(Total::Sum, &[], &[]);
        assert_eq!(quiz_result(&empty, &[1], Some(&[])).lowest, [0, 0]);
    }
}
