use super::Number;
use crate::error::Uncomputable;

fn number(text: &str) -> Number {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    Number::parse(negative, digits).unwrap_or_else(|| panic!("{text} is a number"))
}

#[test]
fn a_number_is_shown_as_it_can_be_read_again() {
    for (written, shown) in [
        ("0", "0"),
        ("007", "7"),
        ("9007199254740993", "9007199254740993"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", "9223372036854775808.0"),
        ("-9223372036854775809", "-9223372036854775809.0"),
        ("1.50", "1.5"),
        ("-0.000000000000000001", "-0.000000000000000001"),
        ("5.0", "5.0"),
        ("1e3", "1000.0"),
        ("12.5E-1", "1.25"),
        ("0e999999999999", "0.0"),
        ("1.00000000000000000000000000000000000000000000", "1.0"),
    ] {
        assert_eq!(number(written).to_string(), shown, "{written}");
        assert_eq!(number(shown), number(written), "{written}");
    }
}

#[test]
fn what_is_no_number_or_cannot_be_exact_is_refused() {
    for text in [
        "",
        ".5",
        "5.",
        "1e",
        "1e+",
        "1.2.3",
        "1x",
        "0x10",
        "1e40",
        "1e999999999999",
        "1e-19",
        "0.0000000000000000001",
        "9999999999999999999999999999999999999999",
        "1_000",
        "٣",
    ] {
        assert_eq!(Number::parse(false, text), None, "{text}");
    }
}

#[test]
fn arithmetic_is_exact() {
    for (left, right, sum, difference, product) in [
        ("2", "3", "5", "-1", "6"),
        ("0.1", "0.2", "0.3", "-0.1", "0.02"),
        (
            "9007199254740993",
            "0.5",
            "9007199254740993.5",
            "9007199254740992.5",
            "4503599627370496.5",
        ),
        ("-1.5", "2", "0.5", "-3.5", "-3.0"),
    ] {
        let (left, right) = (number(left), number(right));
        assert_eq!(left.add(right), Ok(number(sum)));
        assert_eq!(left.sub(right), Ok(number(difference)));
        assert_eq!(left.mul(right), Ok(number(product)));
    }
}

#[test]
fn whole_numbers_divide_whole_and_others_with_their_fraction() {
    for (left, right, div, divby, modulo) in [
        ("5", "2", "2", "2.5", "1"),
        ("-5", "2", "-2", "-2.5", "-1"),
        ("5", "-2", "-2", "-2.5", "1"),
        ("5.0", "2", "2.5", "2.5", "1.0"),
        ("1", "3", "0", "0.333333333333333333", "1"),
        ("2", "3", "0", "0.666666666666666667", "2"),
        ("5.5", "-2.5", "-2.2", "-2.2", "0.5"),
        ("0", "7", "0", "0.0", "0"),
    ] {
        let (left, right) = (number(left), number(right));
        assert_eq!(left.div(right), Ok(number(div)), "{left} div {right}");
        assert_eq!(left.divby(right), Ok(number(divby)), "{left} divby {right}");
        assert_eq!(left.modulo(right), Ok(number(modulo)), "{left} mod {right}");
    }
}

#[test]
fn products_and_quotients_round_half_to_even_at_the_eighteenth_digit() {
    let half = number("0.5");
    let product = |text| number(text).mul(half).map(|number| number.to_string());
    assert_eq!(product("0.000000000000000001").as_deref(), Ok("0.0"));
    assert_eq!(
        product("0.000000000000000003").as_deref(),
        Ok("0.000000000000000002")
    );
    assert_eq!(
        product("-0.000000000000000005").as_deref(),
        Ok("-0.000000000000000002")
    );
    let quotient = number("0.000000000000000001").divby(number("2"));
    assert_eq!(quotient, Ok(number("0.0")));
}

#[test]
fn what_does_not_fit_is_an_overflow_and_never_wraps() {
    let (least, greatest) = (
        number("-9223372036854775808"),
        number("9223372036854775807"),
    );
    let one = number("1");
    let huge = number("99999999999999999999999999999999999999");
    assert_eq!(least.negate(), Err(Uncomputable::Overflow));
    assert_eq!(greatest.add(one), Err(Uncomputable::Overflow));
    assert_eq!(least.sub(one), Err(Uncomputable::Overflow));
    assert_eq!(least.mul(number("-1")), Err(Uncomputable::Overflow));
    assert_eq!(least.div(number("-1")), Err(Uncomputable::Overflow));
    assert_eq!(least.modulo(number("-1")), Ok(number("0")));
    assert_eq!(huge.mul(huge), Err(Uncomputable::Overflow));
    assert_eq!(huge.add(number("0.1")), Err(Uncomputable::Overflow));
    assert_eq!(huge.divby(number("0.1")), Err(Uncomputable::Overflow));
    for zero in ["0", "0.0"] {
        assert_eq!(one.div(number(zero)), Err(Uncomputable::DivisionByZero));
        assert_eq!(one.divby(number(zero)), Err(Uncomputable::DivisionByZero));
        assert_eq!(one.modulo(number(zero)), Err(Uncomputable::DivisionByZero));
    }
}

#[test]
fn numbers_compare_by_value_at_any_size() {
    let ascending = [
        "-99999999999999999999999999999999999999",
        "-1.5",
        "-1",
        "0",
        "0.000000000000000001",
        "1",
        "1.000000000000000001",
        "9007199254740992",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999999999999999999999",
    ];
    for (left_index, left) in ascending.iter().enumerate() {
        for (right_index, right) in ascending.iter().enumerate() {
            let order = number(left).compare(number(right));
            assert_eq!(order, left_index.cmp(&right_index), "{left} and {right}");
        }
    }
    assert!(number("1").compare(number("1.0")).is_eq());
}
