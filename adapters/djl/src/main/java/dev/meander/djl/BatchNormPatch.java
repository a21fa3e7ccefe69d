package dev.meander.djl;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the forward text of batch norm classes, scripted or traced, by one that normalises as
 * the layer's {@code num_batches_tracked} says at run time, see {@link
 * dev.meander.core.model.NormMode#code}: 0 with the batch's statistics, 1,000,000 with the running
 * ones, between with a blend (source share in parts per million), 2,000,000 and more with a blend
 * of the biased variance, 4,000,000 with batch renormalisation.
 *
 * <p>Unless the running statistics alone are used, the batch's mean and variance (unbiased, but in
 * a biased blend) are left in {@code running_mean} and {@code running_var}, where the model port
 * picks them up and puts the owned values back. One value per channel has no variance: the running
 * one is used and left.
 *
 * <p>Limit: a layer that one forward pass calls twice shows the statistics of its last call, and
 * blends that call with those of the first.
 */
final class BatchNormPatch {

  private static final Pattern FORWARD =
      Pattern.compile(
          "(  def forward\\((\\w+): [^,]+,\\n    (\\w+): Tensor\\) -> Tensor:\\n)(?s).*");
  private static final Pattern CALL = Pattern.compile("torch\\.batch_norm\\(");
  private static final int RUNNING_MEAN_ARGUMENT = 3;
  private static final int EPSILON_ARGUMENT = 7;
  private static final int CALL_ARGUMENTS = 9;

  private static final String BODY =
      """
          zza = int(SELF.num_batches_tracked)
          if torch.eq(zza, 1000000):
            zzy = torch.batch_norm(X, WEIGHT, BIAS, SELF.running_mean, SELF.running_var, False, 0., EPS, True)
          else:
            zzn = torch.floordiv(torch.numel(X), torch.size(X, 1))
            if torch.eq(torch.dim(X), 2):
              zzd = [0]
            elif torch.eq(torch.dim(X), 3):
              zzd = [0, 2]
            elif torch.eq(torch.dim(X), 4):
              zzd = [0, 2, 3]
            else:
              zzd = [0, 2, 3, 4]
            if torch.eq(zza, 0):
              if torch.gt(zzn, 1):
                zzy = torch.batch_norm(X, WEIGHT, BIAS, SELF.running_mean, SELF.running_var, True, 1., EPS, True)
              else:
                zzy = torch.batch_norm(X, WEIGHT, BIAS, None, None, True, 0., EPS, True)
                zzc = torch.copy_(SELF.running_mean, torch.mean(torch.detach(X), zzd))
            elif torch.eq(zza, 4000000):
              zzm = torch.mean(X, zzd, True)
              zzsm = torch.view_as(SELF.running_mean, zzm)
              zzsv = torch.view_as(SELF.running_var, zzm)
              if torch.gt(zzn, 1):
                zzv = torch.var(X, zzd, True, True)
              else:
                zzv = torch.clone(zzsv)
              zzi = torch.rsqrt(torch.add(zzv, EPS))
              zzr = torch.rsqrt(torch.add(zzsv, EPS))
              zzf = torch.div(zzr, torch.detach(zzi))
              zzo = torch.mul(torch.detach(torch.sub(zzm, zzsm)), zzr)
              zzq = torch.add(torch.mul(torch.mul(torch.sub(X, zzm), zzi), zzf), zzo)
              zzc1 = torch.copy_(zzsm, torch.detach(zzm))
              zzc2 = torch.copy_(zzsv, torch.detach(zzv))
              zzy = RENORMED
            else:
              zzu = torch.lt(zza, 1000000)
              if zzu:
                zzp = zza
              else:
                zzp = torch.sub(zza, 2000000)
              zzs = torch.div(float(zzp), 1000000.)
              zzb = torch.sub(1., zzs)
              zzm = torch.mean(X, zzd, True)
              zzsm = torch.view_as(SELF.running_mean, zzm)
              zzsv = torch.view_as(SELF.running_var, zzm)
              if torch.gt(zzn, 1):
                zzv = torch.var(X, zzd, zzu, True)
              else:
                zzv = torch.clone(zzsv)
              zzm1 = torch.add(torch.mul(zzsm, zzs), torch.mul(zzm, zzb))
              zzv1 = torch.add(torch.mul(zzsv, zzs), torch.mul(zzv, zzb))
              zzr = torch.rsqrt(torch.add(zzv1, EPS))
              zzc1 = torch.copy_(zzsm, torch.detach(zzm))
              zzc2 = torch.copy_(zzsv, torch.detach(zzv))
              zzy = AFFINE
          return zzy
      """;
  private static final String SCALED =
      "torch.add(torch.mul(torch.sub(X, zzm1), torch.mul(zzr, torch.view_as(WEIGHT, zzm))),"
          + " torch.view_as(BIAS, zzm))";
  private static final String RENORMED_SCALED =
      "torch.add(torch.mul(zzq, torch.view_as(WEIGHT, zzm)), torch.view_as(BIAS, zzm))";
  private static final String PLAIN = "torch.mul(torch.sub(X, zzm1), zzr)";

  private BatchNormPatch() {}

  /** True for batch norms that keep running statistics. */
  static boolean applies(ScriptClass type) {
    String forward = type.method("forward");
    return type.simpleName().contains("BatchNorm")
        && type.declaredType("running_mean").contains("Tensor")
        && type.declaredType("running_var").contains("Tensor")
        && type.declaredType("num_batches_tracked").contains("Tensor")
        && forward != null
        && FORWARD.matcher(forward).matches()
        && epsilon(type, forward) != null;
  }

  /** Patches a class that {@link #applies}. */
  static void apply(ScriptClass type) {
    String forward = type.method("forward");
    String epsilon = forward == null ? null : epsilon(type, forward);
    if (forward == null || epsilon == null) {
      throw new IllegalStateException("patched only after a check: " + type.name());
    }
    Matcher header = FORWARD.matcher(forward);
    if (!header.matches()) {
      throw new IllegalStateException("patched only after a check: " + type.name());
    }
    boolean scaled = !type.declaredType("weight").equals("NoneType");
    String body =
        BODY.replace("AFFINE", scaled ? SCALED : PLAIN)
            .replace("RENORMED", scaled ? RENORMED_SCALED : "zzq")
            .replace("WEIGHT", value(type, "weight"))
            .replace("BIAS", value(type, "bias"))
            .replace("SELF", header.group(2))
            .replaceAll("\\bX\\b", header.group(3))
            .replace("EPS", epsilon.equals("eps") ? header.group(2) + ".eps" : epsilon);
    type.putMethod("forward", header.group(1) + body);
  }

  private static String value(ScriptClass type, String attribute) {
    String declared = type.declaredType(attribute);
    if (declared.equals("NoneType")) {
      return "None";
    }
    return declared.startsWith("Optional")
        ? "ops.prim.unchecked_unwrap_optional(SELF." + attribute + ")"
        : "SELF." + attribute;
  }

  /** Epsilon as the old text has it: a constant, an attribute ({@code eps}) or a literal. */
  private static @Nullable String epsilon(ScriptClass type, String forward) {
    String constant = type.constant("eps");
    if (constant != null) {
      return constant;
    }
    if (type.declaredType("eps").equals("float")) {
      return "eps";
    }
    Matcher call = CALL.matcher(forward);
    if (call.find()) {
      List<String> arguments = ScriptExpression.arguments(forward, call.end());
      if (arguments.size() == CALL_ARGUMENTS) {
        return arguments.get(EPSILON_ARGUMENT);
      }
    }
    return null;
  }

  /**
   * True when a method of another class normalises with running statistics by itself, where the
   * patch does not reach.
   */
  static boolean isInlinedIn(ScriptClass type) {
    for (String method : type.methodTexts()) {
      for (Matcher call = CALL.matcher(method); call.find(); ) {
        List<String> arguments = ScriptExpression.arguments(method, call.end());
        if (arguments.size() == CALL_ARGUMENTS
            && !arguments.get(RUNNING_MEAN_ARGUMENT).equals("None")) {
          return true;
        }
      }
    }
    return false;
  }
}
