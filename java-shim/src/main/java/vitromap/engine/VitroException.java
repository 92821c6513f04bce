// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.engine;

import java.nio.charset.StandardCharsets;

/** A failure that the native library reports: its status code and one line of text with the numbers in it. */
public class VitroException extends RuntimeException {

    /** The codes of vitro_status in vitromap.h; LIBRARY is the loader's own: no usable native library. */
    public static final int LIBRARY = -1, ARGUMENT = 1, MEMORY = 2, FORMAT = 3, DATA = 4, STATE = 5;

    private static final long serialVersionUID = 1;

    /** What kind of failure: one of the constants above. */
    public final int code;

    public VitroException(int code, String message) {
        super(message);
        this.code = code;
    }

    /** Called by the native glue: its text as UTF-8, which JNI's own strings are not. */
    VitroException(int code, byte[] message) {
        this(code, new String(message, StandardCharsets.UTF_8));
    }
}
