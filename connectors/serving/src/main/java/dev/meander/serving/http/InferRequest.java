package dev.meander.serving.http;

import dev.meander.core.tensor.Tensor;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that was understood.
 *
 * @param id the client's id; null when it gave none
 * @param scope scope in the parameters; null when there is none
 * @param input {@code [n, input...]}, finite
 * @param outputs names of the outputs asked for; empty means all
 */
record InferRequest(
    @Nullable String id, @Nullable String scope, Tensor input, Set<String> outputs) {}
