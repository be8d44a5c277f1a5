/* The words for levels that java.util.logging, PostgreSQL and Windows write in other languages. */
#include "record/severity_parts.h"

struct foreign_level {
    uint8_t severity;
    const char *words; /* in small letters where these are ASCII, parted by blanks */
};

static const struct foreign_level levels[] = {
    {SEVERITY_FATAL, "panik 致命的"},
    {SEVERITY_ERROR,
     "schwerwiegend fehler grave erreur allvarligt 严重 嚴重 错误 錯誤 重大 エラー 심각 오류"},
    {SEVERITY_WARN, "warnung avertissement attention advertencia avvertenza avviso varning waarschuwing "
                    "advertência 警告 경고"},
    {SEVERITY_NOTICE, "hinweis 注意"},
    {SEVERITY_INFO,
     "infos informationen informations informazioni información informações 信息 資訊 情報 정보"},
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
    enum { BYTES_MIN = 5 };
    if (word.len < BYTES_MIN)
        return SEVERITY_UNKNOWN;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        for (const char *names = levels[i].words; *names;) {
            size_t n = strcspn(names, " ");
            if (n == word.len && same(word, names))
                return levels[i].severity;
            names += n + (names[n] == ' ');
        }
    return SEVERITY_UNKNOWN;
}
