//! Hostile queries: never a 5xx, in any pagination style.

use presspass_test_support::TestDatabase;

use crate::common::Server;

/// What a parameter may be given: some good, most bad.
fn values() -> Vec<String> {
    let plain = [
        "",
        "%20",
        "%00",
        "a%00b",
        "%ff",
        "%",
        "%zz",
        "+",
        "-",
        "0",
        "-0",
        "1",
        "-1",
        "1.5",
        "1e3",
        "0x1",
        "01",
        "%D9%A1",
        "2147483648",
        "-2147483649",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "99999999999999999999999999999999",
        "last",
        "LAST",
        "NaN",
        "inf",
        "null",
        "true",
        "[]",
        "'",
        "%27%3B%20DROP%20TABLE%20posts_post%3B--",
        "%25",
        "_",
        "%5C",
        "%5C%5C%25",
        "*",
        "(",
        "%22",
        "%F0%9F%98%80",
        "%ED%A0%80",
        "%E2%80%AE",
        "%0D%0AX-A:%20b",
        "id",
        "-id",
        "--id",
        "id,-id,title,-title",
        "password",
        "pk",
        "?",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "2026-01-01%2000:00:00",
        "2026-01-01T00:00:00%2B99:99",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00%2B23:59",
        "10000-01-01T00:00:00Z",
        "2026-02-30",
        "2026-01-01T24:00:00Z",
        "2026-01-01T23:59:60Z",
        "bz0x",
        "bz0xJnI9MSZwPTE%3D",
        "cD0lMDA%3D",
        "====",
        "bz05OTk5OTk5OTk5OTk5OTk5OTk5OQ%3D%3D",
    ];
    let long = ["a".repeat(30_000), "a,".repeat(10_000), "9".repeat(30_000), "%F0%9F%98%80".repeat(2_000)];
    plain.into_iter().map(str::to_owned).chain(long).collect()
}

const PARAMETERS: [&str; 16] = [
    "limit",
    "offset",
    "page",
    "page_size",
    "cursor",
    "ordering",
    "search",
    "title",
    "title__icontains",
    "content",
    "created_at__gte",
    "created_at__lte",
    "updated_at__gte",
    "updated_at__lte",
    "format",
    "id",
];

#[test]
fn no_value_of_a_parameter_is_a_fault_of_ours() {
    for database in TestDatabase::each() {
        for (style, size) in [("limit_offset", ""), ("page_number", "2"), ("cursor", "2")] {
            let settings =
                [("PRESSPASS_PAGINATION__STYLE", style), ("PRESSPASS_PAGINATION__PAGE_SIZE", size)];
            // One database for each style: migrations are run once, and rows are made again.
            let mut server = Server::start_on(&database, &settings);
            server.posts(3);
            let name = format!("reader-{style}");
            let token = server.account(&name, false, true);
            let mut client = server.client();
            for parameter in PARAMETERS {
                for value in values() {
                    for target in [
                        format!("/api/posts/?{parameter}={value}"),
                        format!("/api/posts/?limit=1&{parameter}={value}"),
                    ] {
                        let answer = client.get(&target).header("Authorization", &token).send();
                        let shown = &target[..target.len().min(120)];
                        assert!(
                            matches!(answer.status, 200 | 400 | 404),
                            "{style} {shown}: {} {}",
                            answer.status,
                            answer.text()
                        );
                    }
                }
            }
            client.get("/health/").expect(200);
        }
    }
}
