//! Findings, and the bypasses that they are about.

use super::*;
use std::collections::BTreeMap;

impl Shape {
    pub(super) fn finding(&self, number: usize, account: &AccountSummary) -> Finding {
        let checks = [
            "excess-access",
            "denied-access",
            "missing-access",
            "role-drift",
            "local-auth-enabled",
            "collection-incomplete",
        ];
        let check = check(checks[number % checks.len()]);
        let name = account.id.name();
        let principal = self.principal(number);
        let scope = self.scope(number);
        let role = RoleRef {
            id: format!("{}/sqlRoleDefinitions/{}", account.id.as_str(), guid(2, number % 3)),
            ..self.role(number % 3).role
        };
        let assignment = format!("{}/sqlRoleAssignments/{}", account.id.as_str(), guid(4, number));
        let delete = Atom::Known(&Api::Sql.catalogue()[6]);
        let pattern = self.name("sqlDatabases/containers/items/*", number % 3);
        let pattern = ActionPattern::full(format!("{PREFIX}{pattern}"));
        let witness = Witness {
            principal: Some(principal.clone()),
            action: Some(ProvenAction::Data(delete.clone())),
            scope: Some(scope.clone()),
            azure_scope: None,
            assignment: (check.id != "missing-access").then(|| assignment.clone()),
            pattern: Some(pattern.clone()),
            role: Some(role.clone()),
        };
        Finding {
            wrong: Wrong::default(),
            check,
            severity: Severity::ALL[(number * 7 + number / 11) % 5],
            confidence: if number % 10 == 3 {
                Confidence::Possible
            } else {
                Confidence::Certain
            },
            state: if number % 20 == 9 { State::Waived } else { State::New },
            subject: Subject::Grant {
                account: account.id.clone(),
                assignment: Some(assignment.clone()),
                role: None,
                principal: principal.clone(),
                scope: Some(scope.clone()),
                actions: vec![delete, Atom::AnyOther(pattern)],
            },
            title: title!(
                "{} can delete items in {} {}",
                Shown::of_value(&principal),
                Shown::of(name),
                Shown::of_value(&scope)
            ),
            message: Shown::of(&format!(
                "`{principal}` may delete items, create items and {} more in `{scope}` of `{name}` through `{}`; the policy allows less",
                number % 9,
                role.name
            )),
            witness: Some(witness),
            place: Some(Place::Policy(SourceRef {
                file: self.name("policies/policy.yaml", 0).into(),
                line: (number % 500) as u64,
                column: 9,
            })),
            remedy: Some(Remedy {
                summary: "remove the assignment or narrow it, or add the grant to the policy if it is intended".into(),
                steps: vec![Step {
                    edit: None,
                    command: Some(format!(
                        "az cosmosdb sql role assignment delete --account-name {name} --resource-group {} --subscription {} --role-assignment-id {}",
                        account.id.resource_group(),
                        account.id.subscription(),
                        guid(4, number)
                    )),
                    changes: "the principal keeps no access there".into(),
                }],
            }),
            waiver: (number % 20 == 9).then(|| {
                Arc::new(Acceptance {
                    reason: self.name("CHG", number % 50),
                    expires: jiff::civil::date(2027, 1, 31),
                    policy: SourceRef {
                        file: self.name("policies/policy.yaml", 0).into(),
                        line: 7,
                        column: 5,
                    },
                })
            }),
            key: String::new(),
            behind: String::new(),
        }
    }

    /// One cause for the findings of an account, and one for all that reach several.
    pub(super) fn causes(&self, findings: &[Finding]) -> Vec<Cause> {
        let mut by_account: BTreeMap<Option<&AccountId>, Vec<usize>> = BTreeMap::new();
        for (place, finding) in findings.iter().enumerate() {
            by_account.entry(finding.account()).or_default().push(place);
        }
        let mut causes: Vec<Cause> = (by_account.into_iter().enumerate())
            .map(|(number, (account, places))| {
                let counted = places.iter().filter_map(|place| findings.get(*place));
                let mut closes: BTreeMap<Severity, usize> = BTreeMap::new();
                for finding in counted.filter(|one| one.state == State::New) {
                    *closes.entry(finding.severity).or_default() += 1;
                }
                let worst = closes.keys().next_back().copied();
                Cause {
                    id: guid(8, number).replace('-', ""),
                    title: title!(
                        "{} is set up so that many can read it",
                        Shown::of(account.map_or("everything", AccountId::name))
                    ),
                    detail: Some(Shown::of(&self.name("One more sentence about", number))),
                    severity: worst.unwrap_or(Severity::Note),
                    findings: places,
                    remedy: Some(Remedy {
                        summary: Shown::of(&self.name("Disable key-based authentication on", number)),
                        steps: vec![Step {
                            edit: None,
                            command: Some(format!("az resource update --name '{number}'")),
                            changes: Shown::of(&self.name("Disables keys of", number)),
                        }],
                    }),
                    change: Change {
                        kind: ChangeKind::DisableKeys,
                        objects: vec![self.name("object", number)],
                    },
                    effect: Some(Effect {
                        opens: BTreeMap::from([(Severity::Low, number % 3)]),
                        closes,
                    }),
                }
            })
            .collect();
        causes.sort_by_key(|cause| std::cmp::Reverse(cause.severity));
        causes
    }

    /// Groups among the principals.
    pub(super) fn groups(&self) -> Vec<GroupRow> {
        let groups = (0..30).filter(|number| number % 5 == 2);
        let groups = groups.map(|number| GroupRow {
            group: self.principal(number).id,
            members: (1..4).map(|step| self.principal(number + step)).collect(),
            all: number.is_multiple_of(2),
        });
        let mut groups: Vec<GroupRow> = groups.collect();
        groups.sort_by(|a, b| a.group.cmp(&b.group));
        groups
    }

    /// What an earlier report found.
    pub(super) fn fixed(&self) -> Vec<Fixed> {
        let fixed = (0..self.findings.min(3)).map(|number| Fixed {
            account: self.account_id(number).ok(),
            severity: Severity::High,
            check: "excess-access".to_owned(),
            subject: None,
            principal: None,
            scope: None,
            reach: Vec::new(),
            fingerprint: guid(6, number).replace('-', ""),
            title: title!("{} was fixed", Shown::of(&self.name("Some access", number))),
            message: self.name("was fixed in", number),
        });
        fixed.collect()
    }

    pub(super) fn bypass(&self, number: usize) -> BypassRow {
        let scope = format!("/subscriptions/{}", guid(7, 0));
        BypassRow {
            principal: self.principal(number),
            kind: [BypassKind::ReadKeys, BypassKind::ChangeAccount, BypassKind::GrantData][number % 3],
            through: Some((&ACTIONS[0], ActionPattern::full(self.name("*", number)))),
            role: RoleRef {
                id: self.name("role", number),
                name: self.name("Owner", number),
            },
            assignment: format!(
                "{scope}/providers/Microsoft.Authorization/roleAssignments/{}",
                guid(5, number)
            ),
            scope,
            eligible: number % 4 == 3,
        }
    }

    /// What reaches every account.
    pub(super) fn across(&self, number: usize) -> Finding {
        let bypass = self.bypass(number);
        Finding {
            wrong: Wrong::default(),
            check: check("key-access"),
            severity: Severity::High,
            confidence: Confidence::Certain,
            state: State::New,
            subject: Subject::AzureAssignment {
                account: None,
                id: bypass.assignment.clone(),
                principal: bypass.principal.clone(),
                reach: Some(Reach {
                    scope: Some(self.name(&bypass.scope, number)),
                    accounts: (0..self.accounts).filter(|place| place % 7 > 0).collect(),
                    possible: Vec::new(),
                }),
            },
            title: title!(
                "{} can read the keys of many accounts",
                Shown::of_value(&bypass.principal)
            ),
            message: Shown::of(&format!(
                "`{}` may read the keys through `{}`",
                bypass.principal, bypass.role.name
            )),
            witness: Some(Witness {
                principal: Some(bypass.principal.clone()),
                action: Some(ProvenAction::Azure(&ACTIONS[0])),
                azure_scope: Some(self.name(&bypass.scope, number)),
                assignment: Some(bypass.assignment),
                pattern: bypass.through.map(|(_, pattern)| pattern),
                role: Some(bypass.role),
                scope: None,
            }),
            place: None,
            remedy: None,
            waiver: None,
            key: String::new(),
            behind: String::new(),
        }
    }
}
