"""Opinions of our own making, and a watch over what is written while they are handled."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import strategies as st

TOPICS = {
    "bus": ["公車班次太少，偏鄉等車等很久", "希望公車路線多一點班次", "偏鄉公車班次不足要等很久", "公車常常誤點等很久"],
    "school": ["學校營養午餐要用在地食材", "營養午餐的食材應該更透明", "學校午餐食材要安全", "孩子的營養午餐吃得不好"],
    "tax": ["The property tax is too low for empty houses", "Raise taxes on empty houses", "Tax empty flats more",
            "Owners of empty houses pay too little tax"],
}  # fmt: skip

SAID_DIFFERENTLY = {
    "walking": [
        "騎樓停滿機車，行人只能走到馬路上", "推嬰兒車出門，人行道一路被擋住", "過馬路時車子從來不讓人",
        "斑馬線前的車速太快，長輩不敢走", "走路去學校的小孩很危險", "路口的綠燈秒數太短，走不完",
        "Scooters parked under the arcades push people on foot into the traffic",
        "Drivers never stop at zebra crossings", "Pavements are too narrow for a pram or a wheelchair",
        "Children walking to school are nearly hit every week",
        "The green light is too short for old people to cross", "Cars turning right ignore pedestrians",
    ],
    "housing": [
        "年輕人買不起房子", "房租一直漲，薪水卻沒漲", "租屋黑市讓房客沒有保障", "社會住宅蓋得太慢，抽不到籤",
        "建商囤地炒作，價格降不下來", "房東不讓我報稅，也不讓我遷戶籍",
        "Rents rise every year while wages stand still", "A flat in the city costs a lifetime of savings",
        "Landlords forbid tenants to register at the address", "There are far too few homes to let at a fair price",
        "Speculators buy apartments and leave them empty", "Social housing takes years to be built",
    ],
    "care": [
        "照顧失智的媽媽，我只好辭掉工作", "長照人力不足，排隊要等半年", "鄉下找不到居家看護", "請外籍看護的費用太高",
        "家裡有臥床的老人，日夜都不能休息", "日照中心名額不夠",
        "I gave up my job to look after my mother who has dementia", "Home carers are impossible to find in villages",
        "Waiting half a year for a place in elderly day care is too long",
        "Families of bedridden people never get a rest", "Nursing for old people costs more than we earn",
        "Old people living alone need someone to visit them",
    ],
    "water": [
        "工廠半夜把廢水偷排到溪裡", "河川變色又發臭，魚都死了", "農田灌溉用到重金屬的水", "下水道接管率太低",
        "海邊都是塑膠垃圾", "溪邊露營區的污水沒有人管", "Factories dump waste into the river at night",
        "The stream stinks and the fish are dead", "Rice fields are watered with heavy metals",
        "Too few houses are connected to the sewers", "Beaches are covered in plastic",
        "Nobody checks the dirty water that runs off campsites",
    ],
    "childcare": [
        "公立幼兒園抽不到，私立又太貴", "保母難找，托嬰中心要排很久", "育嬰假請了怕回不去原職",
        "幼兒園四點就放學，爸媽來不及接", "生小孩的補助杯水車薪", "老師一個人要顧太多幼兒",
        "Public kindergartens are full and private ones too dear", "Nurseries have waiting lists of a year",
        "Parents fear losing their post after parental leave", "Kindergartens close before working parents can come",
        "One teacher minds too many toddlers", "Grants for having a baby hardly pay for nappies",
    ],
    "energy": [
        "夏天常常停電，電網太老舊", "屋頂應該多裝太陽能板", "離岸風機影響漁民生計", "核能電廠要不要延役應該公開討論",
        "電費該漲就要漲，才會有人省電", "燃煤發電讓中部的空氣很差", "Blackouts in summer show how old the grid is",
        "Put solar panels on every roof", "Wind farms at sea take fishing grounds away",
        "Whether nuclear plants run longer should be debated openly",
        "Electricity is too cheap for anybody to save it",
        "Burning coal makes the air in the middle of the island bad",
    ],
}  # fmt: skip
"""Six subjects, each opinion in other words, half of them in Chinese and half in English."""
HELD_BACK = {
    "fraud": [
        "接到假冒檢察官的電話，阿嬤被騙走退休金", "網路廣告冒用名人叫人投資", "警察抓不到車手背後的主嫌",
        "人頭帳戶應該立刻凍結", "簡訊裡的連結點了錢就不見", "Criminals posing as prosecutors rob pensioners by phone",
        "Fake adverts with famous faces lure people into investing", "Banks should freeze mule accounts at once",
        "Scam text messages empty people's savings", "Gangs behind the swindles are never caught",
    ],
    "health": [
        "急診室塞滿病人，等床等兩天", "護理師人力不足，紛紛離職", "健保快要破產，部分負擔該調整",
        "偏遠地區沒有婦產科醫生", "看診只有三分鐘", "Patients wait two days in the emergency room for a bed",
        "Nurses are leaving because wards are understaffed", "Health insurance runs out of money",
        "There is no obstetrician on the outer islands", "Doctors give each patient three minutes",
    ],
    "digital": [
        "報稅網站一直當機", "申請補助還要跑三個機關蓋章", "政府 App 太多，沒有一個好用", "希望戶籍資料可以線上申辦",
        "機關之間的資料應該互通", "The tax website crashes every May",
        "Applying for a grant still takes stamps from three offices", "Too many official apps and none works well",
        "Let people renew documents online", "Agencies should share data so that I fill a form once",
    ],
    "dogs": [
        "流浪狗在山區攻擊登山客", "收容所太擠，動物沒有好照顧", "飼主棄養應該重罰", "結紮貓狗才能減少數量",
        "毒餌害死很多動物", "Stray dogs attack hikers in the hills", "Shelters are overcrowded and animals suffer",
        "People who abandon pets should be fined heavily", "Neutering cats and dogs is the only way to fewer strays",
        "Poisoned bait kills many animals",
    ],
    "schools": [
        "學生早上七點就要到校，睡眠不足", "霸凌通報以後沒有下文", "老師行政工作太多，沒空備課",
        "偏鄉小學併校讓孩子通勤一小時", "考試引導教學，孩子不快樂", "Pupils must be in class at seven and lack sleep",
        "Reports of bullying lead nowhere", "Teachers drown in paperwork instead of preparing lessons",
        "Closing village schools means an hour's ride for children", "Exams decide everything and pupils are unhappy",
    ],
}  # fmt: skip
"""Five more, written after the number of dimensions was chosen on those above, and never used to choose anything."""
nasty = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ['"', '""",', "\r", "\n\n", "=cmd|' /C calc'!A0", "\x00", "\ufeff", "ﾃｽﾄ", "🙂🙂", "a" * 5000, "公車公車"]
    ),
)
"""Cells that have broken other readers of files."""


def make_opinions(copies: int = 6) -> list[str]:
    """Return opinions on three subjects, in two languages, each a little different."""
    return [f"{words}{'。' * copy}" for copy in range(copies) for group in TOPICS.values() for words in group]


_written: list[str] = []
_watching: list[bool] = []


def _note_writing(event: str, arguments: tuple) -> None:
    if _watching and event in ("open", "tempfile.mkstemp", "tempfile.mkdtemp", "socket.connect"):
        mode = arguments[1] if event == "open" else "w"
        if mode is None or any(letter in str(mode) for letter in "wax+"):
            _written.append(f"{event} {arguments[0]}")


sys.addaudithook(_note_writing)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Note every file opened for writing, temporary file and connection of the block."""
    _written.clear()
    _watching.append(True)
    try:
        yield _written
    finally:
        _watching.clear()
