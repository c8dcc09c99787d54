//! What comes of what isn't known, and of what is wrong.

use super::*;

#[test]
fn unknown_values_poison_what_depends_on_them() {
    check(&[
        ("concat('a-', parameters('x'))", "~a-{parameters('x')}~"),
        (
            "concat(parameters('x'), parameters('y'))",
            "<concat(parameters('x'), parameters('y'))>",
        ),
        ("concat('{', parameters('x'))", "<concat('{', parameters('x'))>"),
        (
            "toLower(concat('A-', parameters('x')))",
            "~a-{toLower(parameters('x'))}~",
        ),
        (
            "replace(concat('a-', parameters('x')), '-', '')",
            "~a{replace(parameters('x'), '-', '')}~",
        ),
        (
            "toLower(format('A-{0}', uniqueString(resourceGroup().id)))",
            "~a-{uniqueString(resourceGroup().id)}~",
        ),
        ("split(resourceGroup().id, '/')[2]", "~{subscription}~"),
        (
            "split(concat('a/', parameters('x')), '/')[0]",
            "<split(format('a/{0}', parameters('x')), '/')[0]>",
        ),
        (
            "split(format('a-{0}', take(uniqueString(resourceGroup().id), 5)), '-')[1]",
            "~{take(uniqueString(resourceGroup().id), 5)}~",
        ),
        ("if(parameters('x'), 'a', 'a')", r#""a""#),
        ("if(parameters('x'), 'a', 'b')", "<if(parameters('x'), 'a', 'b')>"),
        ("and(parameters('x'), false())", "false"),
        ("or(parameters('x'), true())", "true"),
        ("and(true(), parameters('x'))", "<parameters('x')>"),
        (
            "coalesce(null(), parameters('x'), 1, 2)",
            "<coalesce(parameters('x'), 1)>",
        ),
        ("coalesce(null(), concat('a', parameters('x')))", "~a{parameters('x')}~"),
        ("equals(parameters('x'), parameters('x'))", "true"),
        ("equals(newGuid(), newGuid())", "<equals(newGuid(), newGuid())>"),
        ("equals(concat('a', parameters('x')), 'b')", "false"),
        ("empty(concat('a', parameters('x')))", "false"),
        ("startsWith(concat('ab', parameters('x')), 'A')", "true"),
        (
            "startsWith(concat('ab', parameters('x')), 'abc')",
            "<startsWith(format('ab{0}', parameters('x')), 'abc')>",
        ),
        ("if(true(), 1, parameters('x'))", "1"),
        (
            "reference('site', '2020-01-01', 'full').identity.principalId",
            "<reference('/sites/site', 'Full').identity.principalId>",
        ),
        ("reference('module').outputs.id.value", r#""/x""#),
        (
            "reference('module').outputs.other.value",
            "<reference('module').outputs.other.value>",
        ),
        ("resourceInfo('site').id", r#""/sites/site""#),
        (
            "listKeys('/x', '2020').primaryMasterKey",
            "<listKeys('/x', '2020').primaryMasterKey>",
        ),
        ("brandNew(1)", "<brandNew(1)>"),
    ]);
}

#[test]
fn what_changes_is_never_the_same() {
    for changing in [
        "newGuid()",
        "guid(parameters('x'), newGuid())",
        "format('{0}{1}', parameters('x'), utcNow())",
        "if(parameters('x'), newGuid(), 1)",
        "or(parameters('x'), equals(newGuid(), 'a'))",
        "coalesce(parameters('x'), newGuid())",
        "parameters('x')[newGuid()]",
        "map(parameters('x'), lambda('y', newGuid()))",
        "brandNew()",
        "length(1)",
    ] {
        let text = format!("equals({changing}, {changing})");
        assert!(
            in_world(&World::default(), &text).value.as_unknown().is_some(),
            "{text}"
        );
    }
}

#[test]
fn errors_behind_what_is_unknown_are_none_yet() {
    for text in [
        "or(parameters('x'), length(1))",
        "if(parameters('x'), 'a', length(1))",
        "coalesce(parameters('x'), length(1))",
    ] {
        assert_eq!(why(text), "the parameter `x` has no value", "{text}");
    }
    check(&[("or(length(1), true())", "<or(length(1), true())>")]);
}

#[test]
fn ids_have_parts() {
    let known = World {
        target: Target {
            subscription: Some("11111111-1111-1111-1111-111111111111".into()),
            resource_group: Some("rg".into()),
            ..Target::default()
        },
        ..World::default()
    };
    check(&[
        (
            "resourceId('Microsoft.DocumentDB/databaseAccounts', format('orders-{0}', uniqueString(resourceGroup().id)))",
            "~/subscriptions/{subscription}/resourceGroups/{resource-group}/providers/Microsoft.DocumentDB/databaseAccounts/orders-{uniqueString(resourceGroup().id)}~",
        ),
        (
            "resourceId('other', 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions', 'a', '1')",
            "~/subscriptions/{subscription}/resourceGroups/other/providers/Microsoft.DocumentDB/databaseAccounts/a/sqlRoleDefinitions/1~",
        ),
        (
            "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'x')",
            "~/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/x~",
        ),
        ("tenantResourceId('A.B/c', 'x')", r#""/providers/A.B/c/x""#),
        ("extensionResourceId('/x', 'A.B/c', 'y')", r#""/x/providers/A.B/c/y""#),
        ("resourceGroup().location", "<resourceGroup().location>"),
        ("guid(resourceGroup().id, 'x')", "<guid(resourceGroup().id, 'x')>"),
    ]);
    check_in(
        &known,
        &[
            (
                "resourceGroup().id",
                r#""/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg""#,
            ),
            (
                "resourceGroup().location",
                "<resourceGroup('11111111-1111-1111-1111-111111111111', 'rg').location>",
            ),
            (
                "subscription().subscriptionId",
                r#""11111111-1111-1111-1111-111111111111""#,
            ),
        ],
    );
}

#[test]
fn ids_are_of_what_is_deployed_to() {
    let at = |level: Level| World {
        target: Target {
            subscription: Some("s".into()),
            level,
            ..Target::default()
        },
        ..World::default()
    };
    let own = "resourceId('A.B/c', 'x')";
    let of_group = (
        "resourceId('rg', 'A.B/c', 'x')",
        r#""/subscriptions/s/resourceGroups/rg/providers/A.B/c/x""#,
    );
    let subscription = (own, r#""/subscriptions/s/providers/A.B/c/x""#);
    check_in(&at(Level::Subscription), &[subscription, of_group]);
    check_in(&at(Level::Above), &[(own, r#""/providers/A.B/c/x""#), of_group]);
}

#[test]
fn errors_say_what_and_where() {
    for (text, expected) in [
        ("concat('a'", "the expression ends where `)` is expected"),
        (
            "concat('a') x",
            "expected the end of the expression, found `x` at character 13 of the expression",
        ),
        ("'a", "the string at character 1 of the expression has no end"),
        (
            "length(1)",
            "argument 1 of `length` is a number, not a string, an array or an object",
        ),
        ("createObject('a', 1).b", "the object has no property `b`"),
        ("createArray(1)[1]", "the array of 1 items has no item 1"),
        ("toLower()", "`toLower` doesn't take 0 arguments"),
        ("div(1, 0)", "`div` of 1 and 0 is no integer of 64 bits"),
        ("contoso.greet()", "`contoso.greet` doesn't take 0 arguments"),
        ("brandNew(1)", "this version doesn't evaluate the function `brandNew`"),
        ("contoso.forever('x')", "the function `contoso.forever` calls itself"),
        ("fail('no')", "the template fails: no"),
    ] {
        assert_eq!(why(text), expected, "{text}");
    }
}
