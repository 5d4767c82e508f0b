//! What verdicts say of scenarios.

use super::*;
use ghostc_judge::FileId;

fn golden(id: &str, held_out: bool) -> ScenarioGolden {
    ScenarioGolden {
        id: id.into(),
        slice: "10-names".into(),
        name: "a name".into(),
        place: "scenarios/10-names.yaml:4".into(),
        held_out,
        digest: String::new(),
        script: Arc::new(Script {
            variables: BTreeMap::new(),
            files: Vec::new(),
            env: Vec::new(),
            fakes: BTreeMap::new(),
            steps: Vec::new(),
        }),
        place_of: Arc::new(|span| format!("scenarios/10-names.yaml:{}", span.start)),
    }
}

fn results(outcomes: Vec<ScenarioOutcome>) -> ScenarioResults {
    let played = outcomes.into_iter().map(|outcome| PlayedScenario {
        outcome,
        folder: None,
    });
    ScenarioResults {
        scenarios: played.collect(),
        unsealed: None,
    }
}

#[test]
fn a_scenario_counts_as_a_case_of_its_slice() {
    let goldens = [golden("a", false), golden("b", true), golden("c", false)];
    let goldens: Vec<&ScenarioGolden> = goldens.iter().collect();
    let failed = ScenarioOutcome::Failed(PlayFailure {
        step: 1,
        span: Span::new(FileId(0), 7, 9),
        what: "run: check".into(),
        details: vec!["`exit` must be 0, and is 2".into(), "stderr: no".into()],
        is_late: false,
    });
    let outcomes = vec![
        failed.clone(),
        ScenarioOutcome::Passed,
        ScenarioOutcome::Unsteady(400),
    ];
    let verdict = scenario_verdict(&goldens, &results(outcomes)).unwrap();
    assert_eq!((verdict.visible.passed, verdict.visible.failed), (1, 1));
    assert_eq!((verdict.held_out.passed, verdict.held_out.failed), (1, 0));
    let [failure] = verdict.failures.as_slice() else {
        panic!("{verdict:?}")
    };
    assert_eq!(
        (failure.id.as_str(), failure.operation.as_str(), failure.held_out),
        ("a", "10-names", false)
    );
    assert_eq!(failure.input, Value::String("step 2, run: check".into()));
    assert_eq!(failure.expected, "what is written at scenarios/10-names.yaml:7");
    assert_eq!(failure.actual, "`exit` must be 0, and is 2\nstderr: no");
}

#[test]
fn what_broke_is_no_verdict_and_says_nothing_of_what_is_held_out() {
    let (shown, hidden) = (golden("secret", false), golden("secret", true));
    let broken = || results(vec![ScenarioOutcome::Broken("the fake `secret` broke".into())]);
    let shown = scenario_verdict(&[&shown], &broken()).unwrap_err();
    assert_eq!(
        shown.to_string(),
        "the scenario `secret` (scenarios/10-names.yaml:4) has no verdict: the fake `secret` broke"
    );
    let hidden = scenario_verdict(&[&hidden], &broken()).unwrap_err();
    assert!(!hidden.to_string().contains("secret"), "{hidden}");
}
