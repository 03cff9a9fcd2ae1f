"""The English text of every error and notice; callers translate the template and fill it in afterwards."""

from kamkor.methods.sheets import messages as sheets

ROW_MESSAGES = sheets.ROW_MESSAGES | {
    "unknown_code": "%(field)s: this is not a code of HTCDS %(version)s. Use one from the list of the field.",
    "unknown_code_suggestion": "%(field)s: not a code of HTCDS %(version)s. Did you mean “%(suggestion)s”?",
    "not_a_record": "This entry is not a flat record of names and values.",
    "nested_value": "%(field)s: a value must be a text, a number, true, false or a list of texts.",
}

FILE_MESSAGES = sheets.FILE_MESSAGES | {
    "not_json": "This cannot be read as JSON near line %(line)s. It must be a list of flat records.",
    "no_known_column": "No column of this file has a name from HTCDS, such as prs_Gender or cas_Status.",
    "unknown_version": "This is not a known version of HTCDS. Known versions: %(known)s.",
}

NOTICE_MESSAGES = {
    "version_told": "Read as HTCDS %(version)s, because of %(evidence)s.",
    "version_ambiguous": "This could be HTCDS %(candidates)s; nothing tells them apart. Read as %(version)s.",
    "version_mixed": (
        "Read as HTCDS %(version)s, which fits best, but %(evidence)s do not belong to it. "
        "Name the version if this is wrong."
    ),
    "encoding_cp1251": (
        "The file is in the old Windows encoding, which has no ң, ө and ү. Check the Kyrgyz names."
    ),
    "mixed_encoding": "Some rows are in another encoding than the rest; they are listed below.",
    "unknown_column": "“%(column)s” is not in HTCDS. It is kept with the record as it is.",
    "ambiguous_column": "“%(column)s” could be %(candidates)s. It is kept as it is; use one of these names.",
    "repeated_column": "“%(column)s” is in the heading more than once. The later one is kept as “%(kept)s”.",
    "case_column": "Rows with the same “%(column)s” belong to one case.",
    "blank_rows": "%(count)s empty rows were left out.",
    "repeated_rows": "%(count)s rows are the same as an earlier one, but name nobody. They are all kept.",
    "codes_translated": "%(field)s: %(count)s rows had codes of HTCDS %(version)s, now translated to 2.0.",
    "codes_kept": "%(field)s: %(count)s rows have codes that 2.0 does not have. They are kept as they were.",
}

MESSAGES = ROW_MESSAGES | FILE_MESSAGES | NOTICE_MESSAGES
