package dev.meander.schemas.access;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/** The words for a right that is missing: what, on which thing, and where the whole list is. */
public final class MissingRight {

  /** Where a person finds the rest. */
  public static final String ADVICE = "`meander topics acls` lists the rights of each program";

  private static final String UNSEEN = "not there, or this user may not see it";

  /** Longest chain of causes that is looked at. */
  private static final int CAUSES_MAX = 20;

  private MissingRight() {}

  /** What {@code failure} says of rights; empty when it is about something else. */
  public static Optional<String> of(Throwable failure) {
    @Nullable Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
      if (cause instanceof AuthorizationException refusal) {
        return Optional.of(words(refusal) + "; " + ADVICE);
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  /** Topics that the brokers show to nobody who may not see them. */
  public static String unseen(Collection<String> topics) {
    return "expected topic"
        + (topics.size() == 1 ? " " : "s ")
        + String.join(", ", new TreeSet<>(topics))
        + ", found none: "
        + (topics.size() == 1 ? UNSEEN : UNSEEN.replace("see it", "see them"));
  }

  /**
   * What is missing of {@code needed}.
   *
   * @param found what the brokers say this user may do with each topic; a topic that is not in it
   *     is not judged
   */
  public static List<String> missing(
      Collection<Right> needed, Map<String, Set<AclOperation>> found) {
    List<String> problems = new ArrayList<>();
    for (Right right : needed) {
      Set<AclOperation> allowed = found.get(right.name());
      if (right.type() != ResourceType.TOPIC
          || right.pattern() != PatternType.LITERAL
          || allowed == null) {
        continue;
      }
      String missing =
          right.operations().stream()
              .filter(operation -> !allowed.contains(operation))
              .map(AclOperation::name)
              .collect(Collectors.joining(", "));
      if (!missing.isEmpty()) {
        problems.add(
            "expected the right " + missing + " on topic " + right.name() + ", found none");
      }
    }
    return problems;
  }

  private static String words(AuthorizationException refusal) {
    String said = String.valueOf(refusal.getMessage());
    if (said.startsWith("expected ")) {
      return said; // already in our words
    }
    if (refusal instanceof TopicAuthorizationException topics) {
      return topics.unauthorizedTopics().isEmpty()
          ? "expected rights on topics, found none: " + refusal.getMessage()
          : unseen(topics.unauthorizedTopics());
    }
    if (refusal instanceof GroupAuthorizationException group) {
      return "expected the right READ on group "
          + (group.groupId() == null ? "(application.id)" : group.groupId())
          + ", found none";
    }
    if (refusal instanceof TransactionalIdAuthorizationException) {
      return "expected the right WRITE on the transactional ids that begin with application.id,"
          + " found none";
    }
    if (refusal instanceof ClusterAuthorizationException) {
      return "expected a right on the cluster, found none: " + refusal.getMessage();
    }
    return "expected a right, found none: " + refusal.getMessage();
  }
}
