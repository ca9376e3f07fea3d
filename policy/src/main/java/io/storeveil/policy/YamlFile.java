package io.storeveil.policy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** From a file's bytes to a {@link Yaml} tree with places, or to problems that say why not. */
final class YamlFile {

    private static final long MOST_BYTES = 4L << 20;
    private static final int DEEPEST = 20;

    private final Problems problems;
    private final LoadSettings settings;

    YamlFile(Problems problems) {
        this.problems = problems;
        this.settings = LoadSettings.builder()
                .setLabel("policy")
                .setSchema(new CoreSchema())
                .setCodePointLimit((int) MOST_BYTES)
                .build();
    }

    /** @throws PolicyException without a line, as there is nothing to point at */
    static byte[] bytes(Path file) {
        try {
            if (!Files.exists(file)) {
                throw unreadable(file, "there is no such file");
            }
            if (!Files.isRegularFile(file)) {
                throw unreadable(
                        file,
                        "is not a file, but " + (Files.isDirectory(file) ? "a directory" : "something else")
                                + "; give the policy file itself");
            }
            if (Files.size(file) > MOST_BYTES) {
                throw unreadable(file, "is longer than 4 MiB, which no policy needs; is it the right file?");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, "cannot be read (" + e.getClass().getSimpleName() + "); are its permissions right?");
        }
    }

    private static PolicyException unreadable(Path file, String why) {
        return new PolicyException(List.of(file + ": " + why));
    }

    /** Empty if the bytes are no YAML that a policy may use; the problems then say why. */
    Optional<Yaml> read(byte[] bytes) {
        String text = decode(bytes);
        if (text == null || !printable(text)) {
            return Optional.empty();
        }
        try {
            if (!plain(text)) {
                return Optional.empty();
            }
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                problems.add(Place.START, "", "the file is empty; a policy begins with 'policy: storeveil/v1'");
            }
            return root.map(this::convert);
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
            problems.add(place(mark), "", notYaml(text, e, mark));
        } catch (YamlEngineException e) {
            problems.add(Place.START, "", "this is not YAML: " + Words.plain(String.valueOf(e.getMessage()), 200));
        }
        return Optional.empty();
    }

    private @Nullable String decode(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            problems.add(
                    endOf(text),
                    "",
                    "byte 0x%02x is not UTF-8; save the file as UTF-8".formatted(bytes[in.position()] & 0xff));
            return null;
        }
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private boolean printable(String text) {
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            int point = text.codePointAt(i);
            if (!StreamReader.isPrintable(point)) {
                problems.add(
                        endOf(text.substring(0, i)),
                        "",
                        "the character U+%04X cannot stand in a YAML file; remove it".formatted(point));
                return false;
            }
        }
        return true;
    }

    private static Place endOf(String text) {
        int line = (int) text.chars().filter(c -> c == '\n').count() + 1;
        String last = text.substring(text.lastIndexOf('\n') + 1);
        return new Place(line, last.codePointCount(0, last.length()) + 1);
    }

    /** Looks at the events first: an alias can make a small file endless, and nesting can exhaust the stack. */
    private boolean plain(String text) {
        int depth = 0;
        int documents = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            if (event instanceof DocumentStartEvent && ++documents > 1) {
                return refuse(event, "a second document begins here; a policy is one document, without '---' in it");
            }
            if (event instanceof AliasEvent || isAnchored(event)) {
                return refuse(
                        event,
                        "anchors (&name) and aliases (*name) are not allowed, so that a policy can be read line by line; "
                                + "write it out, or put quotes around the text");
            }
            if (isTagged(event)) {
                return refuse(event, "tags (!name) are not allowed; remove it, or put quotes around the text");
            }
            if (event instanceof CollectionStartEvent && ++depth > DEEPEST) {
                return refuse(event, "nested more than " + DEEPEST + " deep, which no policy needs");
            }
            if (event instanceof CollectionEndEvent) {
                depth--;
            }
        }
        return true;
    }

    private static boolean isAnchored(Event event) {
        return event instanceof NodeEvent node && node.getAnchor().isPresent();
    }

    private static boolean isTagged(Event event) {
        if (event instanceof ScalarEvent scalar) {
            return scalar.getTag().isPresent();
        }
        return event instanceof CollectionStartEvent start && start.getTag().isPresent();
    }

    private boolean refuse(Event event, String text) {
        problems.add(place(event.getStartMark().orElse(null)), "", text);
        return false;
    }

    private static String notYaml(String text, MarkedYamlEngineException e, @Nullable Mark mark) {
        if (mark != null) {
            String line = text.lines().skip(mark.getLine()).findFirst().orElse("");
            String indentation =
                    line.substring(0, line.length() - line.stripLeading().length());
            boolean tabHere = mark.getColumn() < line.length() && line.charAt(mark.getColumn()) == '\t';
            if (indentation.contains("\t") || tabHere) {
                return "a tab; YAML indents with spaces only";
            }
        }
        String problem = Words.plain(String.valueOf(e.getProblem()), 200);
        String context = e.getContext() == null ? "" : " " + Words.plain(e.getContext(), 200);
        return "this is not YAML:" + context + ": " + problem
                + "; look at the indentation, colons, brackets and quotes here and in the line above";
    }

    private static Place place(@Nullable Mark mark) {
        return mark == null ? Place.START : new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private Yaml convert(Node node) {
        Place at = place(node.getStartMark().orElse(null));
        if (node instanceof ScalarNode scalar) {
            return new Yaml.Scalar(scalar.getValue(), kind(scalar.getTag()), at);
        }
        if (node instanceof SequenceNode sequence) {
            return new Yaml.Items(
                    sequence.getValue().stream().map(this::convert).toList(), at);
        }
        List<Yaml.Entry> entries = new ArrayList<>();
        for (NodeTuple tuple : ((MappingNode) node).getValue()) {
            Place keyAt = place(tuple.getKeyNode().getStartMark().orElse(null));
            if (tuple.getKeyNode() instanceof ScalarNode key) {
                entries.add(new Yaml.Entry(key.getValue(), keyAt, convert(tuple.getValueNode())));
            } else {
                problems.add(
                        keyAt, "", "a list or mapping stands where a key should; put quotes around a text with { or [");
            }
        }
        return new Yaml.Entries(List.copyOf(entries), at);
    }

    private static Yaml.Kind kind(Tag tag) {
        if (tag.equals(Tag.NULL)) {
            return Yaml.Kind.NULL;
        }
        if (tag.equals(Tag.BOOL)) {
            return Yaml.Kind.YES_NO;
        }
        return tag.equals(Tag.INT) || tag.equals(Tag.FLOAT) ? Yaml.Kind.NUMBER : Yaml.Kind.TEXT;
    }
}
