"""The English text of every error and notice; callers translate the template and fill it in afterwards."""

ROW_MESSAGES = {
    "unknown_code": "%(field)s: this is not a code of HTCDS %(version)s. Use one from the list of the field.",
    "unknown_code_suggestion": "%(field)s: not a code of HTCDS %(version)s. Did you mean “%(suggestion)s”?",
    "several_codes": "%(field)s: this field takes one code only. Keep the one that fits best.",
    "bad_date": "%(field)s: write the date as 2024-05-31, 31.05.2024, 2024-05 or 2024.",
    "future_date": "%(field)s: this date is in the future. Correct the year, month or day.",
    "bad_number": "%(field)s: write a plain number, such as 3 or 42.87.",
    "out_of_range": "%(field)s: the number must be between %(low)s and %(high)s.",
    "bad_checkbox": "%(field)s: write yes or no (true or false, 1 or 0).",
    "too_long": "%(field)s: the text is longer than %(limit)s characters. Shorten it or split it.",
    "control_characters": "%(field)s: there are invisible control characters. Type the text again.",
    "wrong_encoding": "%(field)s: some letters were lost on the way (encoding). Type them again.",
    "missing_required": "%(field)s: fill this in; other rows of the file have it.",
    "duplicate_row": "This row is the same as row %(first)s. Remove one of the two.",
    "ragged_row": "This row has %(found)s cells, the heading %(expected)s. Put text with commas in quotes.",
    "not_a_record": "This entry is not a flat record of names and values.",
    "nested_value": "%(field)s: a value must be a text, a number, true, false or a list of texts.",
}

FILE_MESSAGES = {
    "empty": "The file is empty, or has a heading and no rows.",
    "too_large": "The file is too large: at most %(limit)s %(unit)s are read at once. Split it.",
    "not_text": "This is not a text file. In a spreadsheet program use “Save as”, CSV UTF-8.",
    "not_csv": "Row %(row)s cannot be read as CSV. Check that every quotation mark has its pair.",
    "not_json": "This cannot be read as JSON near line %(line)s. It must be a list of flat records.",
    "unknown_encoding": "The letters of this file cannot be told. Save it as CSV UTF-8 and try again.",
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
