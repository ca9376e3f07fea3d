package io.storeveil.retention.consent;

import io.storeveil.retention.command.InputWrong;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.ObjLongConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadFeature;
import tools.jackson.dataformat.csv.CsvSchema;

/** Fields by their names, line by line: CSV with a head (RFC 4180), or one JSON object a line. What is empty is left out. */
final class Lines {

    /** What can be wrong with one line alone; the others are read all the same. */
    interface Wrong {
        void line(long number, String problem);
    }

    private Lines() {}

    static void read(BufferedReader in, ObjLongConsumer<Map<String, String>> line, Wrong wrong) throws IOException {
        in.mark(1);
        int first = in.read();
        if (first < 0) {
            return;
        }
        in.reset();
        if (first == '{') {
            json(in, line, wrong);
        } else {
            csv(in, line, wrong);
        }
    }

    private static void json(BufferedReader in, ObjLongConsumer<Map<String, String>> line, Wrong wrong)
            throws IOException {
        long number = 0;
        for (String text = in.readLine(); text != null; text = in.readLine()) {
            number++;
            if (text.isBlank()) {
                continue;
            }
            Map<String, String> fields = new LinkedHashMap<>();
            try {
                JsonNode object = JsonMapper.shared().readTree(text);
                for (Map.Entry<String, JsonNode> field : object.properties()) {
                    put(
                            fields,
                            field.getKey(),
                            field.getValue().isNull() ? "" : field.getValue().asString());
                }
                if (!object.isObject()) {
                    throw new InputWrong("is not a JSON object");
                }
            } catch (InputWrong | JacksonException notAnObjectOfTexts) {
                // the parser's words quote the line
                wrong.line(number, "is not one JSON object of texts");
                continue;
            }
            line.accept(fields, number);
        }
    }

    private static void csv(BufferedReader in, ObjLongConsumer<Map<String, String>> line, Wrong wrong) {
        try (MappingIterator<List<String>> rows = CsvMapper.builder()
                .enable(CsvReadFeature.WRAP_AS_ARRAY)
                .build()
                .readerForListOf(String.class)
                .with(CsvSchema.emptySchema())
                .readValues(in)) {
            List<String> head = List.of();
            while (true) {
                long number = rows.currentLocation().getLineNr();
                if (!rows.hasNextValue()) {
                    return;
                }
                List<String> row = new ArrayList<>(rows.nextValue());
                if (head.isEmpty()) {
                    head = row.stream().map(String::strip).toList();
                } else if (row.size() != head.size()) {
                    wrong.line(number, "has " + row.size() + " fields, and the head has " + head.size());
                } else {
                    Map<String, String> fields = new LinkedHashMap<>();
                    for (int i = 0; i < row.size(); i++) {
                        put(fields, head.get(i), row.get(i));
                    }
                    line.accept(fields, number);
                }
            }
        } catch (JacksonException | NoSuchElementException broken) {
            throw new InputWrong("the CSV ends in the middle of a quoted field, or holds what is no CSV;"
                    + " what stands before it is recorded, and may be sent again");
        }
    }

    private static void put(Map<String, String> fields, String name, String value) {
        if (!value.isBlank()) {
            fields.put(name, value.strip());
        }
    }
}
