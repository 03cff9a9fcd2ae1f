"""Who works where in the demonstration: code, kind, state body or not, names; all invented."""

ORGANISATIONS: list[tuple[str, str, bool, dict[str, str]]] = [
    ("ak-bulak", "ngo", False, {"ky": "«Ак-Булак» борбору", "ru": "Центр «Ак-Булак»", "uz": "“Oq-Buloq” markazi", "en": "Ak-Bulak Centre"}),
    ("sanat", "ngo", False, {"ky": "«Санат» укук тобу", "ru": "Правовая группа «Санат»", "uz": "“Sanat” huquq guruhi", "en": "Sanat Legal Group"}),
    ("clinic-7", "state", True, {"ky": "№ 7 клиника", "ru": "Клиника № 7", "uz": "7-klinika", "en": "Clinic No. 7"}),
    ("police", "state", True, {"ky": "Ички иштер", "ru": "Внутренние дела", "uz": "Ichki ishlar", "en": "Internal Affairs"}),
    ("prosecutor", "state", True, {"ky": "Прокуратура", "ru": "Прокуратура", "uz": "Prokuratura", "en": "Prosecutor's Office"}),
    ("ministry", "state", True, {"ky": "Эмгек министрлиги", "ru": "Министерство труда", "uz": "Mehnat vazirligi", "en": "Ministry of Labour"}),
    ("border", "state", True, {"ky": "Чек ара кызматы", "ru": "Пограничная служба", "uz": "Chegara xizmati", "en": "Border Service"}),
    ("consulate", "state", True, {"ky": "Консулдук", "ru": "Консульство", "uz": "Konsullik", "en": "Consulate"}),
    ("ombudsman", "state", True, {"ky": "Акыйкатчы", "ru": "Омбудсмен", "uz": "Ombudsman", "en": "Ombudsman"}),
]  # fmt: skip

BISHKEK, OSH, CHUY = "41711000000000", "41721000000000", "41708000000000"

DESKS: list[tuple[str, str, str, str, dict[str, str]]] = [
    ("line", "ak-bulak", "hotline", BISHKEK, {"ky": "Ишеним телефону", "ru": "Горячая линия", "uz": "Ishonch telefoni", "en": "Hotline"}),
    ("crisis-centre", "ak-bulak", "crisis_centre", BISHKEK, {"ky": "Кризистик борбор", "ru": "Кризисный центр", "uz": "Inqiroz markazi", "en": "Crisis centre"}),
    ("shelter-south", "ak-bulak", "shelter", OSH, {"ky": "Түштүк баш калка", "ru": "Приют, юг", "uz": "Janubiy boshpana", "en": "Shelter, south"}),
    ("legal", "sanat", "legal_aid", BISHKEK, {"ky": "Юридикалык жардам", "ru": "Юридическая помощь", "uz": "Yuridik yordam", "en": "Legal aid"}),
    ("clinic", "clinic-7", "clinic", BISHKEK, {"ky": "Клиника", "ru": "Клиника", "uz": "Klinika", "en": "Clinic"}),
    ("investigators", "police", "police", BISHKEK, {"ky": "Тергөө бөлүмү", "ru": "Следственный отдел", "uz": "Tergov boʻlimi", "en": "Investigators"}),
    ("prosecutors", "prosecutor", "prosecutor", BISHKEK, {"ky": "Прокурорлор", "ru": "Прокуроры", "uz": "Prokurorlar", "en": "Prosecutors"}),
    ("coordination", "ministry", "ministry", BISHKEK, {"ky": "Координация бөлүмү", "ru": "Отдел координации", "uz": "Muvofiqlashtirish boʻlimi", "en": "Coordination unit"}),
    ("commission", "ministry", "commission", BISHKEK, {"ky": "Комиссия", "ru": "Комиссия", "uz": "Komissiya", "en": "Commission"}),
    ("child-unit", "ministry", "child_protection", CHUY, {"ky": "Балдарды коргоо", "ru": "Защита детей", "uz": "Bolalarni himoya qilish", "en": "Child protection"}),
    ("inspection", "ministry", "labour_inspection", BISHKEK, {"ky": "Эмгек инспекциясы", "ru": "Инспекция труда", "uz": "Mehnat inspeksiyasi", "en": "Labour inspection"}),
    ("border-post", "border", "border", OSH, {"ky": "Чек ара бекети", "ru": "Пограничный пост", "uz": "Chegara posti", "en": "Border post"}),
    ("consular", "consulate", "consulate", "", {"ky": "Консулдук бөлүм", "ru": "Консульский отдел", "uz": "Konsullik boʻlimi", "en": "Consular section"}),
    ("monitors", "ombudsman", "ombudsman", BISHKEK, {"ky": "Мониторинг", "ru": "Мониторинг", "uz": "Monitoring", "en": "Monitoring"}),
]  # fmt: skip

STAFF: list[tuple[str, str, str, str]] = [
    ("operator", "line", "operator", "Асель, оператор"),
    ("worker", "crisis-centre", "worker", "Нурзат, социалдык кызматкер"),
    ("colleague", "crisis-centre", "worker", "Бегимай, социалдык кызматкер"),
    ("supervisor", "crisis-centre", "supervisor", "Жазгүл, жетекчи"),
    ("admin", "crisis-centre", "administrator", "Эмил, администратор"),
    ("shelter", "shelter-south", "worker", "Дилноза, баш калка"),
    ("advocate", "legal", "advocate", "Тахмина, адвокат"),
    ("doctor", "clinic", "worker", "Рахат, дарыгер"),
    ("investigator", "investigators", "investigator", "Кубан, тергөөчү"),
    ("prosecutor", "prosecutors", "prosecutor", "Айбек, прокурор"),
    ("coordinator", "coordination", "coordinator", "Гүлнур, координатор"),
    ("statistician", "coordination", "statistician", "Мээрбек, статист"),
    ("programme", "coordination", "programme_officer", "Салтанат, программа"),
    ("permits", "coordination", "permit_officer", "Улан, уруксаттар"),
    ("member", "commission", "commission_member", "Каныкей, комиссия"),
    ("child", "child-unit", "child_protection", "Чолпон, балдар адиси"),
    ("inspector", "inspection", "labour_inspector", "Азамат, инспектор"),
    ("border", "border-post", "border_officer", "Данияр, чек ара"),
    ("consul", "consular", "consular_officer", "Сейил, консул"),
    ("monitor", "monitors", "monitor", "Элнура, мониторинг"),
    ("interpreter", "line", "interpreter", "Феруза, котормочу"),
]
