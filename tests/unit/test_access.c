/* Who may do what in a group: every role, in every kind of group. */
#include "tests/unit/unit.h"

#include "api/store/access.h"

enum { NOW = 1000, LEVELS = ACCESS_OWNER + 1 };

/* What each level answers: READ, MEMBER, POST, INVITE, ADMIN, OWNER. */
static const struct {
    const char *name;
    struct access access;
    enum err answers[LEVELS];
} rows[] = {
    {"no group",
     {.exists = false, .is_public = true, .role = ROLE_OWNER},
     {E_NOT_FOUND, E_NOT_FOUND, E_NOT_FOUND, E_NOT_FOUND, E_NOT_FOUND, E_NOT_FOUND}},
    {"stranger, private",
     {.exists = true},
     {E_NOT_FOUND, E_NOT_FOUND, E_NOT_FOUND, E_NOT_FOUND, E_NOT_FOUND, E_NOT_FOUND}},
    {"stranger, public",
     {.exists = true, .is_public = true, .members_can_invite = true},
     {E_OK, E_FORBIDDEN, E_FORBIDDEN, E_FORBIDDEN, E_FORBIDDEN, E_FORBIDDEN}},
    {"stranger, public, archived",
     {.exists = true, .is_public = true, .archived = true},
     {E_OK, E_FORBIDDEN, E_FORBIDDEN, E_FORBIDDEN, E_FORBIDDEN, E_FORBIDDEN}},
    {"member",
     {.exists = true, .role = ROLE_MEMBER},
     {E_OK, E_OK, E_OK, E_FORBIDDEN, E_FORBIDDEN, E_FORBIDDEN}},
    {"member who may invite",
     {.exists = true, .role = ROLE_MEMBER, .members_can_invite = true},
     {E_OK, E_OK, E_OK, E_OK, E_FORBIDDEN, E_FORBIDDEN}},
    {"admin",
     {.exists = true, .role = ROLE_ADMIN},
     {E_OK, E_OK, E_OK, E_OK, E_OK, E_FORBIDDEN}},
    {"owner",
     {.exists = true, .role = ROLE_OWNER},
     {E_OK, E_OK, E_OK, E_OK, E_OK, E_OK}},
    {"muted member",
     {.exists = true, .role = ROLE_MEMBER, .muted_until = NOW + 1},
     {E_OK, E_OK, E_MUTED, E_FORBIDDEN, E_FORBIDDEN, E_FORBIDDEN}},
    {"member whose mute is over",
     {.exists = true, .role = ROLE_MEMBER, .muted_until = NOW},
     {E_OK, E_OK, E_OK, E_FORBIDDEN, E_FORBIDDEN, E_FORBIDDEN}},
    {"archived, owner",
     {.exists = true, .role = ROLE_OWNER, .archived = true},
     {E_OK, E_OK, E_ARCHIVED, E_OK, E_OK, E_OK}},
    {"announcement, member",
     {.exists = true, .role = ROLE_MEMBER, .kind = GROUP_ANNOUNCEMENT},
     {E_OK, E_OK, E_FORBIDDEN, E_FORBIDDEN, E_FORBIDDEN, E_FORBIDDEN}},
    {"announcement, admin",
     {.exists = true, .role = ROLE_ADMIN, .kind = GROUP_ANNOUNCEMENT},
     {E_OK, E_OK, E_OK, E_OK, E_OK, E_FORBIDDEN}},
    {"direct, member",
     {.exists = true,
      .role = ROLE_MEMBER,
      .kind = GROUP_DIRECT,
      .members_can_invite = true},
     {E_OK, E_OK, E_OK, E_FORBIDDEN, E_FORBIDDEN, E_FORBIDDEN}},
};

static void each_role_may_what_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        for (int level = 0; level < LEVELS; level++) {
            enum err got = access_check(&rows[i].access, (enum access_level)level, NOW);
            if (got != rows[i].answers[level]) {
                print_error("%s, level %d: %s\n", rows[i].name, level, err_code(got));
                fail();
            }
        }
    }
}

static void no_level_allows_more_to_a_lower_role(void **state)
{
    (void)state;
    for (int bits = 0; bits < 64; bits++) {
        struct access a = {
            .exists = true,
            .is_public = (bits & 1) != 0,
            .archived = (bits & 2) != 0,
            .members_can_invite = (bits & 4) != 0,
            .muted_until = (bits & 8) != 0 ? NOW + 1 : 0,
            .kind = (enum group_kind)(bits / 16 % 3),
        };
        for (int level = 0; level < LEVELS; level++) {
            bool allowed = false;
            for (int role = ROLE_NONE; role <= ROLE_OWNER; role++) {
                a.role = (enum role)role;
                bool now = access_check(&a, (enum access_level)level, NOW) == E_OK;
                assert_true(now || !allowed);
                allowed = now;
            }
        }
    }
}

static void names_of_roles_and_kinds_go_there_and_back(void **state)
{
    (void)state;
    for (int r = ROLE_MEMBER; r <= ROLE_OWNER; r++) {
        enum role got;
        assert_true(role_parse(str_of(role_name((enum role)r)), &got));
        assert_int_equal(got, r);
    }
    for (int k = GROUP_CHAT; k <= GROUP_DIRECT; k++) {
        enum group_kind got;
        assert_true(
            group_kind_parse(str_of(group_kind_name((enum group_kind)k)), &got));
        assert_int_equal(got, k);
    }
}

static void other_names_are_refused(void **state)
{
    static const char *const names[] = {"", "Owner", "members", "none"};
    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        enum role role;
        enum group_kind kind;
        assert_row(!role_parse(str_of(names[i]), &role), names[i]);
        assert_row(!group_kind_parse(str_of(names[i]), &kind), names[i]);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_role_may_what_the_table_says),
        cmocka_unit_test(no_level_allows_more_to_a_lower_role),
        cmocka_unit_test(names_of_roles_and_kinds_go_there_and_back),
        cmocka_unit_test(other_names_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
