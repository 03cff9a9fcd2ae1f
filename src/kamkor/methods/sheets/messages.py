"""What can be wrong with any table that somebody sends, in English; callers translate and fill in."""

ROW_MESSAGES = {
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
    "unknown_choice": "%(field)s: this is not on the list. Use a word from the list of the field.",
    "unknown_choice_suggestion": "%(field)s: this is not on the list. Did you mean “%(suggestion)s”?",
    "formula_error": "%(field)s: the spreadsheet shows an error here. Correct it there.",
    "bad_year": "%(field)s: write the year in four digits, such as 1996.",
    "bad_day": "%(field)s: write the whole day, such as 31.05.2024.",
    "nobody": "This row names nobody. Write a name, or what the person wants to be called.",
    "no_consent": "Without the person's agreement nothing can be filed. Ask first, or leave the row out.",
    "child_without_consent": "A child for whom nobody agreed is taken in by hand, on the child's ground.",
    "unknown_person": "%(field)s: there is no file with this code at your desk. Check it letter by letter.",
    "known_organisation": "An organisation of this name is in the directory already. Correct it there.",
    "bad_order": "%(field)s: this day comes before the case was opened. Correct one of the two.",
    "date_and_year": "%(field)s: this does not fit the date of birth. Correct one of the two.",
}

FILE_MESSAGES = {
    "empty": "The file is empty, or has a heading and no rows.",
    "too_large": "The file is too large: at most %(limit)s MB are read at once. Split it.",
    "too_many_rows": "The file is too large: at most %(limit)s rows are read at once. Split it.",
    "too_many_columns": (
        "The file is too wide: at most %(limit)s columns are read. Take out what is not needed."
    ),
    "long_heading": "A heading is too long: at most %(limit)s characters are read. Shorten it.",
    "not_text": "This is not a text file. In a spreadsheet program use “Save as”, CSV UTF-8.",
    "not_csv": "Row %(row)s cannot be read as CSV. Check that every quotation mark has its pair.",
    "unknown_encoding": "The letters of this file cannot be told. Save it as CSV UTF-8 and try again.",
    "no_sheet": "There is no sheet of this name. The sheets are: %(sheets)s.",
    "broken_book": "This workbook cannot be read. Save it again as .xlsx or as CSV UTF-8.",
    "no_heading": "The first row must name the columns. Write a heading over each column.",
}
