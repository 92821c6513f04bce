/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import java.awt.EventQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Hands values to the event thread; one that is not taken yet is replaced by the next. */
final class Latest<T> {
    private final AtomicReference<T> value = new AtomicReference<>();
    private final Consumer<T> taker;

    Latest(Consumer<T> taker) {
        this.taker = taker;
    }

    void put(T next) {
        if (value.getAndSet(next) == null) {
            EventQueue.invokeLater(() -> taker.accept(value.getAndSet(null)));
        }
    }
}
