/* Months, days and halves of the day as other languages have them: what `date`, Java and Windows write where
 * the locale says so. A name counts from its third letter on ("juil.", "févr.", "Sept"), so one list of whole
 * names per month serves all ways to shorten it. Nothing here is asked before English was, and a name counts
 * only where the numbers of a date are around it. */
#include "record/stamp_reader.h"

enum { NAME_BYTES_MAX = 18, LETTERS_MIN = 3 };

static bool is_name_byte(uint8_t byte)
{
    return is_letter(byte) || byte >= 0x80;
}

static size_t name_bytes(const uint8_t *p, const uint8_t *end)
{
    size_t n = 0;
    while (n <= NAME_BYTES_MAX && p + n < end && is_name_byte(p[n]))
        n++;
    return n <= NAME_BYTES_MAX ? n : 0;
}

/* The bytes of word that one letter of name stands for; *ret_letter: its bytes in name. 0: another letter.
 * Small letters of the names are the two bytes of UTF-8; a word may have them as capitals or in Latin-1. */
static size_t same_letter(const uint8_t *word, size_t left, const char *name, size_t *ret_letter)
{
    uint8_t a = word[0], b = (uint8_t)name[0], second = b >= 0x80 ? (uint8_t)name[1] : 0;
    *ret_letter = second ? 2 : 1;
    if (!second)
        return (a | (is_letter(a) ? 0x20 : 0)) == b;
    if (a == b && left > 1)
        return word[1] == second || (b == 0xc3 && word[1] == second - 0x20) ? 2 : 0;
    return b == 0xc3 && (a == second + 0x40 || a == second + 0x20);
}

/* Is word name, or its first letters, three at least? */
static bool begins(const uint8_t *word, size_t bytes, const char *name, size_t name_len)
{
    size_t at = 0, from = 0, letters = 0, letter;
    for (; at < bytes && from < name_len; from += letter, letters++) {
        size_t n = same_letter(word + at, bytes - at, name + from, &letter);
        if (n == 0)
            return false;
        at += n;
    }
    return at == bytes && (letters >= LETTERS_MIN || from == name_len);
}

/* names: parted by blanks */
static bool is_one_of(const uint8_t *word, size_t bytes, const char *names)
{
    while (*names) {
        size_t n = strcspn(names, " ");
        if (begins(word, bytes, names, n))
            return true;
        names += n + (names[n] == ' ');
    }
    return false;
}

/* Danish, Dutch, French, German, Italian, Norwegian, Polish, Portuguese, Russian, Spanish, Swedish, Turkish;
 * Chinese. */
static const char *const month_names[12] = {
    "januar januari janvier janeiro enero gennaio stycznia января ocak 一月",
    "februar februari février fevereiro febrero febbraio lutego февраля şubat 二月",
    "märz mars marts marzo março maart mrt marca марта mart 三月",
    "april avril abril aprile kwietnia апреля nisan 四月",
    "mai maj mayo mei maggio maio maja мая май mayıs 五月",
    "juni juin junio junho giugno czerwca июня haziran 六月",
    "juli juillet julio julho luglio lipca июля temmuz 七月",
    "august augusti augustus août agosto sierpnia августа ağustos 八月",
    "september septembre septiembre setembro settembre września сентября eylül 九月",
    "oktober octobre octubre outubro ottobre października октября ekim 十月",
    "november novembre noviembre novembro listopada ноября kasım 十一月",
    "dezember desember december décembre diciembre dezembro dicembre grudnia декабря aralık 十二月"};

static const char weekday_names[] =
    "mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado "
    "domingo "
    "lunedì martedì mercoledì giovedì venerdì sabato domenica segunda terça quarta quinta sexta "
    "ma wo vr za zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag "
    "måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag "
    "poniedziałek wtorek środa czwartek piątek sobota niedziela пн вт ср чт пт сб вс "
    "pazartesi pzt salı çarşamba perşembe cuma cumartesi cmt pazar";

/* 月, 월 behind the number of a month, 年, 년 behind a year, 日, 일 behind a day */
static const uint8_t *unit_read(const uint8_t *p, const uint8_t *end, const char *chinese, const char *korean)
{
    const uint8_t *q = text_at(p, end, chinese);
    return q ? q : text_at(p, end, korean);
}

const uint8_t *month_unit_read(const uint8_t *p, const uint8_t *end)
{
    return p < end && *p >= 0x80 ? unit_read(p, end, "月", "월") : NULL;
}

static const uint8_t *month_foreign_read(const uint8_t *p, const uint8_t *end, uint8_t *ret_month)
{
    size_t n = name_bytes(p, end);
    for (uint8_t month = 12; n && month > 0; month--) {
        if (!is_one_of(p, n, month_names[month - 1]))
            continue;
        *ret_month = month;
        return p + n;
    }
    return NULL;
}

const uint8_t *month_read(const uint8_t *p, const uint8_t *end, uint8_t *ret_month)
{
    const uint8_t *q = month_name_read(p, end, ret_month);
    q = q ? q : month_foreign_read(p, end, ret_month);
    return q && end - q > 1 && *q == '.' && !is_digit(q[1]) ? q + 1 : q; /* "23-juil.-2026" */
}

const uint8_t *weekday_foreign_read(const uint8_t *p, const uint8_t *end)
{
    size_t n = name_bytes(p, end);
    const uint8_t *q = p + n;
    if (n == 0 || !is_one_of(p, n, weekday_names))
        return NULL;
    return q + (q < end && *q == '.');
}

/* 上午, 午前, 오전; 下午, 午後, 오후: hours to add are in *ret_pm. */
const uint8_t *half_foreign_read(const uint8_t *p, const uint8_t *end, bool *ret_pm)
{
    static const char *const halves[] = {"上午", "午前", "오전", "下午", "午後", "오후"};
    for (size_t i = 0; p < end && *p >= 0x80 && i < sizeof halves / sizeof *halves; i++) {
        const uint8_t *q = text_at(p, end, halves[i]);
        *ret_pm = i >= 3;
        if (q)
            return q;
    }
    return NULL;
}

/* "2026年 7月 23日 木曜日 14:31:05", "2026년 7월 23일 (목) 오후 2:31:05", "2026. 07. 23. (목) 14:31:05"; p:
 * behind the year. */
const uint8_t *east_asian_date(const struct reader *r, const uint8_t *p)
{
    struct stamp_head *h = r->head;
    const uint8_t *end = r->end;
    bool dots = *p == '.';
    h->looked = UINT32_MAX;
    if (!(p = unit_read(p, end, dots ? "." : "年", "년")) ||
        !(p = short_number(skip_blanks(p, end, 2), end, &h->month)) ||
        !(p = unit_read(p, end, dots ? "." : "月", "월")) ||
        !(p = short_number(skip_blanks(p, end, 2), end, &h->day)) ||
        !(p = unit_read(p, end, dots ? "." : "日", "일")))
        return NULL;
    bool pm;
    const uint8_t *q = skip_blanks(p, end, 1);
    if (q < end && (*q >= 0x80 || *q == '(') && !half_foreign_read(q, end, &pm)) {
        for (; q < end && q - p < 16 && (*q >= 0x80 || *q == '(' || *q == ')'); q++)
            ;
        p = q;
    }
    return joint_and_clock(r, p);
}
