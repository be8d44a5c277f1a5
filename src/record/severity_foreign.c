/* The words for levels that java.util.logging, PostgreSQL and Windows write in other languages. */
#include "record/severity_parts.h"

enum { NAME_BYTES_MAX = 16 };

struct foreign_level {
    uint8_t bytes, severity;
    char name[NAME_BYTES_MAX + 1]; /* in small letters where these are ASCII */
};

static const struct foreign_level levels[] = {
    {5, SEVERITY_FATAL, "panik"},
    {9, SEVERITY_FATAL, "致命的"},
    {13, SEVERITY_ERROR, "schwerwiegend"},
    {6, SEVERITY_ERROR, "fehler"},
    {5, SEVERITY_ERROR, "grave"},
    {6, SEVERITY_ERROR, "erreur"},
    {10, SEVERITY_ERROR, "allvarligt"},
    {6, SEVERITY_ERROR, "严重"},
    {6, SEVERITY_ERROR, "嚴重"},
    {6, SEVERITY_ERROR, "错误"},
    {6, SEVERITY_ERROR, "錯誤"},
    {6, SEVERITY_ERROR, "重大"},
    {9, SEVERITY_ERROR, "エラー"},
    {6, SEVERITY_ERROR, "심각"},
    {6, SEVERITY_ERROR, "오류"},
    {7, SEVERITY_WARN, "warnung"},
    {13, SEVERITY_WARN, "avertissement"},
    {9, SEVERITY_WARN, "attention"},
    {11, SEVERITY_WARN, "advertencia"},
    {10, SEVERITY_WARN, "avvertenza"},
    {6, SEVERITY_WARN, "avviso"},
    {7, SEVERITY_WARN, "varning"},
    {12, SEVERITY_WARN, "waarschuwing"},
    {12, SEVERITY_WARN, "advertência"},
    {6, SEVERITY_WARN, "警告"},
    {6, SEVERITY_WARN, "경고"},
    {7, SEVERITY_NOTICE, "hinweis"},
    {6, SEVERITY_NOTICE, "注意"},
    {5, SEVERITY_INFO, "infos"},
    {13, SEVERITY_INFO, "informationen"},
    {12, SEVERITY_INFO, "informations"},
    {12, SEVERITY_INFO, "informazioni"},
    {12, SEVERITY_INFO, "información"},
    {13, SEVERITY_INFO, "informações"},
    {6, SEVERITY_INFO, "信息"},
    {6, SEVERITY_INFO, "資訊"},
    {6, SEVERITY_INFO, "情報"},
    {6, SEVERITY_INFO, "정보"},
};

static bool same(struct span word, const char *name)
{
    for (size_t i = 0; i < word.len; i++)
        if (lower(word.ptr[i]) != (uint8_t)name[i])
            return false;
    return true;
}

uint8_t severity_of_foreign(struct span word)
{
    uint8_t first = word.len ? lower(word.ptr[0]) : 0;
    if (first < 0x80 && (word.len == 0 || first == word.ptr[0]))
        return SEVERITY_UNKNOWN; /* they begin with a capital, and few words do */
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (levels[i].bytes == word.len && (uint8_t)levels[i].name[0] == first && same(word, levels[i].name))
            return levels[i].severity;
    return SEVERITY_UNKNOWN;
}
