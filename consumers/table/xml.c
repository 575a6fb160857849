/* Expat, fed piece by piece from an archive.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/table/xml.h"

#include <expat.h>

#define NAME_MARK '|' /* what Expat puts between a name space and a local name */

struct xml {
    XML_Parser parser;
    const struct xml_events *events;
    void *to;
    unsigned depth, deepest;
    enum fault fault;
};

static void parser_free(XML_Parser *parser)
{
    if (*parser)
        XML_ParserFree(*parser);
}
#define auto_parser __attribute__((cleanup(parser_free))) XML_Parser

static const char *local(const char *name)
{
    const char *mark = strrchr(name, NAME_MARK);
    return mark ? mark + 1 : name;
}

/* Ends the reading at the first fault. */
static void stop(struct xml *xml, enum fault fault)
{
    if (!fault || xml->fault)
        return;
    xml->fault = fault;
    XML_StopParser(xml->parser, XML_FALSE);
}

static void XMLCALL on_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
    struct xml *xml = data;
    if (++xml->depth > xml->deepest)
        stop(xml, FAULT_xml_deep);
    if (!xml->fault)
        stop(xml, xml->events->start(xml->to, local(name), attributes));
}

static void XMLCALL on_end(void *data, const XML_Char *name)
{
    struct xml *xml = data;
    xml->depth--;
    if (!xml->fault)
        stop(xml, xml->events->end(xml->to, local(name)));
}

static void XMLCALL on_text(void *data, const XML_Char *text, int length)
{
    struct xml *xml = data;
    if (!xml->fault && xml->events->text)
        stop(xml, xml->events->text(xml->to, (struct slice){text, (size_t)length}));
}

static void XMLCALL on_doctype(void *data, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public, int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    stop(data, FAULT_xml_doctype);
}

static enum fault feed(void *to, struct slice piece)
{
    struct xml *xml = to;
    if (XML_Parse(xml->parser, piece.at, (int)piece.length, XML_FALSE) != XML_STATUS_OK && !xml->fault)
        return FAULT_xml_broken;
    return xml->fault;
}

enum fault xml_read(struct archive *archive, const char *part, unsigned depth,
                             const struct xml_events *events, void *to)
{
    auto_parser parser = XML_ParserCreateNS(NULL, NAME_MARK);
    struct xml xml = {.parser = parser, .events = events, .to = to, .deepest = depth};
    if (!parser)
        return FAULT_memory_ceiling;
    XML_SetUserData(parser, &xml);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetStartDoctypeDeclHandler(parser, on_doctype);
    enum fault fault = archive_unpack(archive, part, feed, &xml);
    if (!fault && XML_Parse(parser, "", 0, XML_TRUE) != XML_STATUS_OK)
        fault = xml.fault ? xml.fault : FAULT_xml_broken;
    return fault;
}

const char *xml_attribute(const char **attributes, const char *name)
{
    for (; attributes[0]; attributes += 2)
        if (strcmp(local(attributes[0]), name) == 0)
            return attributes[1];
    return NULL;
}
