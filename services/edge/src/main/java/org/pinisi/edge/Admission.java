package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Leads a request through what it must pass before anybody answers it – the reception of the edge, then
/// the gates of its route – and gives the answer where one of them says no. One for each client connection
/// or stream, on its loop.
final class Admission {
    private final Downstream client;
    private final LoopState loop;
    private final Consumer<RouteEntry> admitted;
    private int asked;

    /// @param admitted what to do with a request that has passed everything
    Admission(Downstream client, LoopState loop, Consumer<RouteEntry> admitted) {
        this.client = client;
        this.loop = loop;
        this.admitted = admitted;
    }

    /// Ends in `admitted`, or in the answer that [Downstream#connected] brings; now or later.
    void begin(RouteEntry entry) {
        Reply reply = loop.proxy().reception().check(client.head(), client.client(), entry.route());
        if (reply == null) {
            pass(entry, 0);
        } else {
            answer(entry, reply);
        }
    }

    /// A request without route may still be a certificate authority's question, or a reload signal.
    ///
    /// @return whether it was, and is answered
    boolean answersItself() {
        Reply reply = loop.proxy().reception().own(client.head());
        if (reply != null) {
            answer(null, reply);
        }
        return reply != null;
    }

    /// The request has ended: what is still being looked at does not matter any more.
    void end() {
        asked++;
    }

    private void pass(RouteEntry entry, int first) {
        Gate[] gates = entry.gates();
        for (int i = first; i < gates.length; i++) {
            Reply reply = gates[i].check(client.head(), client.client());
            if (reply instanceof Reply.Later(var work)) {
                later(entry, i + 1, work);
                return;
            }
            if (reply != null) {
                answer(entry, reply);
                return;
            }
        }
        admitted.accept(entry);
    }

    /// What blocks is done off the loop; the request goes on when it is known.
    private void later(RouteEntry entry, int next, Callable<Reply> work) {
        int question = ++asked;
        Thread.ofVirtual().name("edge-gate").start(() -> {
            Reply reply = done(work);
            loop.loop().execute(() -> {
                if (question != asked) {
                    return;
                }
                if (reply instanceof Reply.Passed) {
                    pass(entry, next);
                } else {
                    answer(entry, reply);
                }
                client.flushAll();
            });
        });
    }

    private Reply done(Callable<Reply> work) {
        try {
            return work.call();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Reply.Refusal.of(503, Fault.INTERNAL);
        } catch (Exception defect) {
            loop.proxy().unexpected(defect);
            return Reply.Refusal.of(500, Fault.INTERNAL);
        }
    }

    private void answer(@Nullable RouteEntry entry, Reply reply) {
        if (reply instanceof Reply.Collected(int most, Function<byte[], Reply.Content> work)) {
            client.connected(new CollectedAnswer(loop, most, work));
            return;
        }
        ByteBufAllocator allocator = loop.proxy().loops().allocator();
        boolean headOnly = client.head().methodIs("HEAD");
        Instant now = loop.proxy().time().instant();
        ByteBuf answer = switch (reply) {
            case Reply.Elsewhere(int status, String location) ->
                HtmlPage.empty().answer(allocator, status, List.of("Location: " + location), false, headOnly, now);
            case Reply.Content content -> content.answer(allocator, headOnly, now);
            case Reply.Page(int status, Fault why, HtmlPage page, List<String> fields) -> {
                client.account().why(why);
                yield page.answer(allocator, status, fields, false, headOnly, now);
            }
            case Reply.Refusal(int status, Fault why, List<String> fields) -> {
                client.account().why(why);
                ErrorAnswer usual = client.account().error(status);
                ErrorAnswer error =
                        fields.isEmpty() ? usual : new ErrorAnswer(status, usual.fault(), usual.requestId(), 0);
                ErrorFormat format = ErrorFormat.of(client.head());
                ByteBuf page = OwnAnswer.error(
                        allocator, error, format, entry == null ? null : entry.page(status), false, headOnly, now);
                yield Reply.insert(page, fields, allocator);
            }
            case Reply.Collected _, Reply.Later _, Reply.Passed _ ->
                throw new IllegalStateException("no answer: " + reply);
        };
        client.connected(new OwnAnswer(answer));
    }
}
