"""Rows put together into cases."""

from kamkor.methods.htcds import CaseBundle, cases, read


def bundles(text: str) -> list[CaseBundle]:
    reading = read("f.csv", text.encode())
    assert not reading.errors
    return cases(reading)


def test_rows_of_one_number_are_one_case() -> None:
    text = (
        "Case Number,prs_FirstName,vic_MethodsOfControl,cas_Status,hte_Type,spl_Type,cco_CaseComment\n"
        "1,Ana,DebtBondage,Active,Recruitment,Health,called\n"
        "1,,FalsePromises,Closed,Exploitation,Legal,came\n"
        "2,Ben,,Active,,,\n"
    )
    first, second = bundles(text)
    assert (first.key, second.key) == ("1", "2")
    assert first.person == {"prs_FirstName": "Ana", "vic_MethodsOfControl": ("DebtBondage", "FalsePromises")}
    assert first.case == {"cas_Status": "Active"}
    assert first.conflicts == [(3, "cas_Status")]
    assert first.events == [{"hte_Type": "Recruitment"}, {"hte_Type": "Exploitation"}]
    assert first.services == [{"spl_Type": "Health"}, {"spl_Type": "Legal"}]
    assert first.comments == ["called", "came"]
    assert [record.row for record in first.records] == [2, 3]


def test_two_people_of_one_case_are_two_bundles() -> None:
    text = "Id,prs_FirstName,prs_SecondName\n7,Ana,Misalova\n7,Ben,Misalov\n7,Ana,\n"
    first, second = bundles(text)
    assert [record.row for record in first.records] == [2, 4]
    assert [record.row for record in second.records] == [3]


def test_a_perpetrator_is_not_the_victim() -> None:
    text = (
        "cas_Id,prs_FirstName,vic_MethodsOfControl,per_RoleInProcess\n"
        "7,Ana,DebtBondage,\n7,Zed,,RecruiterOrIntermediary\n"
    )
    (bundle,) = bundles(text)
    assert bundle.person["prs_FirstName"] == "Ana"
    role = {"prs_FirstName": "Zed", "per_RoleInProcess": ("RecruiterOrIntermediary",)}
    assert bundle.perpetrators == [role]


def test_without_a_number_every_row_is_a_case() -> None:
    first, second = bundles("prs_FirstName,hte_Type\nAna,Transit\nAna,Exploitation\n")
    assert (first.key, second.key) == ("row 2", "row 3")
