package io.storeveil.protect;

import io.storeveil.protect.FieldType.Kind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IP address becomes its network.
 *
 * @param four bits that an IPv4 address keeps
 * @param six  bits that an IPv6 address keeps
 */
record Network(int four, int six) implements Coarser {

    private static final int FOUR_BITS = 32;
    private static final int SIX_BITS = 128;
    /** An IPv6 network written out. */
    private static final int LONGEST = 43;

    private static final String NONE = "0.0.0.0/0";
    private static final Pattern ADDRESS =
            Pattern.compile("(?:(\\d{1,3}(?:\\.\\d{1,3}){3})|([0-9a-fA-F:]*:[0-9a-fA-F:.]*))(?:/(\\d{1,3}))?");

    static Network of(Options options) {
        int four = options.number("ip-prefix", 1, FOUR_BITS - 1);
        int six = options.has("ipv6-prefix") ? options.number("ipv6-prefix", 1, SIX_BITS - 1) : 2 * four;
        return new Network(four, six);
    }

    @Override
    public String summary() {
        return "An IP address becomes its network: with 24, 192.0.2.77 becomes 192.0.2.0/24. IPv6 keeps twice as many"
                + " bits, or as many as ipv6-prefix says. A network (cidr) that is wider already stays.";
    }

    @Override
    public String malformed() {
        return "What is not an IP address becomes " + NONE + ".";
    }

    @Override
    public Set<Kind> takes() {
        return Set.of(Kind.TEXT);
    }

    @Override
    public FieldType out(FieldType in) {
        return FieldType.text(LONGEST);
    }

    @Override
    public Object of(Object value) {
        Matcher text = ADDRESS.matcher((String) value);
        if (!text.matches()) {
            return NONE;
        }
        try {
            byte[] bytes = text.group(1) == null ? six(text.group(2)) : four(text.group(1));
            int all = bytes.length * Byte.SIZE;
            // an IPv4 address written as an IPv6 one has become itself, and its mask still counts from the front
            int written = text.group(1) == null ? SIX_BITS : FOUR_BITS;
            int mask = text.group(3) == null ? all : Math.max(0, Integer.parseInt(text.group(3)) - (written - all));
            return network(bytes, Math.min(all == FOUR_BITS ? four : six, mask));
        } catch (UnknownHostException e) {
            return NONE;
        }
    }

    /** By hand: {@link InetAddress} would ask a name server about a text that is not quite one. */
    private static byte[] four(String text) throws UnknownHostException {
        byte[] bytes = new byte[FOUR_BITS / Byte.SIZE];
        String[] parts = text.split("\\.");
        for (int i = 0; i < bytes.length; i++) {
            int part = Integer.parseInt(parts[i]);
            if (part > 0xff) {
                throw new UnknownHostException();
            }
            bytes[i] = (byte) part;
        }
        return bytes;
    }

    /** A text with a colon is never looked up. */
    private static byte[] six(String text) throws UnknownHostException {
        return InetAddress.getByName(text).getAddress();
    }

    private static String network(byte[] bytes, int kept) throws UnknownHostException {
        for (int bit = kept; bit < bytes.length * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> (bit % Byte.SIZE));
        }
        return InetAddress.getByAddress(bytes).getHostAddress() + "/" + kept;
    }

    @Override
    public String toString() {
        return six == 2 * four ? "{ip-prefix: " + four + "}" : "{ip-prefix: " + four + ", ipv6-prefix: " + six + "}";
    }
}
