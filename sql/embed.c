/* Host tool: makes SQL files C arrays, embed OUT FILE….  SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The name of a file: what stands after the last slash. */
static const char *base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(base(*(char *const *)a), base(*(char *const *)b));
}

/* One entry: the name without ".sql", then the text, a literal a line. */
static int entry(FILE *out, const char *path)
{
    FILE *in = fopen(path, "r");
    if (!in)
        return perror(path), 1;
    size_t length = strlen(base(path));
    fprintf(out, "    {\"%.*s\",\n     \"", (int)(length - strlen(".sql")), base(path));
    for (int byte; (byte = fgetc(in)) != EOF;) {
        if (byte == '\n')
            fputs("\\n\"\n     \"", out);
        else if (byte == '"' || byte == '\\' || byte == '?')
            fprintf(out, "\\%c", byte);
        else
            fputc(byte, out);
    }
    fputs("\"},\n", out);
    return fclose(in);
}

static int array(FILE *out, const char *folder, char **paths, int count)
{
    int entries = 0, failed = 0;
    fprintf(out, "const struct embedded_text embedded_%s[] = {\n", folder);
    for (int i = 0; i < count; i++)
        if (strstr(paths[i], folder) && ++entries)
            failed |= entry(out, paths[i]);
    fprintf(out, "    {0, 0}};\nconst size_t embedded_%s_count = %d;\n", folder, entries);
    return failed;
}

int main(int count, char **words)
{
    if (count < 2)
        return fprintf(stderr, "usage: embed OUT FILE.sql…\n"), 2;
    FILE *out = fopen(words[1], "w");
    if (!out)
        return perror(words[1]), 1;
    qsort(words + 2, (size_t)count - 2, sizeof *words, by_name);
    fputs("/* Made by embed from the SQL files. */\n#include \"sql/embedded.h\"\n\n", out);
    int failed = array(out, "queries", words + 2, count - 2) | array(out, "migrations", words + 2, count - 2);
    return fclose(out) || failed;
}
