"""The payoffs of a use case are those that the value checks ask for."""

from gonogo.core.catalogue import check_spec, checked_parameters
from gonogo.domain.cases.rules import ValueModel


class TestPayoffs:
    def test_are_parameters_of_the_check(self) -> None:
        value = ValueModel(
            currency="USD",
            decisions_per_year=2000,
            true_positive=900,
            false_positive=-4200,
            true_negative=0,
            false_negative=-900,
        )
        spec = check_spec("value.benefit_per_decision")
        assert checked_parameters(spec, dict(value.payoffs)) == {
            "true_positive": 900,
            "false_positive": -4200,
            "true_negative": 0,
            "false_negative": -900,
            "currency": "USD",
        }
