# What role assignments give and the policy doesn't allow.
package cosmos

import rego.v1

excess contains [number, action] if {
	some number, assignment in input.assignments
	some action in input.actions
	some pattern in input.roles[assignment.role]
	covers(pattern, action)
	not allowed(assignment, action)
}

# Grants are found by their principal.
allowed(assignment, action) if {
	some principal in [assignment.principal, "*"]
	some grant in input.grants[principal]
	some pattern in grant.actions
	covers(pattern, action)
	takes_in(grant.place, assignment.place)
}

# Whether a pattern of names or data actions, which can end with `*`, covers one.
covers(pattern, text) if pattern == text

covers(pattern, text) if {
	endswith(pattern, "*")
	startswith(text, trim_suffix(pattern, "*"))
}

takes_in(scope, place) if {
	count(scope) <= count(place)
	every number, name in scope {
		covers(name, place[number])
	}
}
