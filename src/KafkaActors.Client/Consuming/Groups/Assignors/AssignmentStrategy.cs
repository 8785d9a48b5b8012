using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>
/// One entry of <c>partition.assignment.strategy</c>: one of Kafka's assignors, or an application's own.
/// </summary>
public sealed class AssignmentStrategy
{
    private const string JavaPackage = "org.apache.kafka.clients.consumer.";

    private readonly Func<IConsumerPartitionAssignor> _create;

    private AssignmentStrategy(Func<IConsumerPartitionAssignor> create) => _create = create;

    public static AssignmentStrategy Range { get; } = Of(new RangeAssignor());

    public static AssignmentStrategy RoundRobin { get; } = Of(new RoundRobinAssignor());

    public static AssignmentStrategy Sticky { get; } = Of(new StickyAssignor());

    public static AssignmentStrategy CooperativeSticky { get; } = Of(new CooperativeStickyAssignor());

    /// <summary>The names in <c>partition.assignment.strategy</c>.</summary>
    internal static IEnumerable<string> Names => BuiltIn.Select(strategy => strategy._create().Name);

    private static AssignmentStrategy[] BuiltIn => [Range, RoundRobin, Sticky, CooperativeSticky];

    /// <summary>One assignor that remembers nothing, for all consumers with these settings.</summary>
    public static AssignmentStrategy Of(IConsumerPartitionAssignor assignor)
    {
        ArgumentNullException.ThrowIfNull(assignor);
        return new AssignmentStrategy(() => assignor);
    }

    /// <summary>An assignor of its own for each consumer.</summary>
    /// <param name="create">Called on the thread of the consumer's actor.</param>
    public static AssignmentStrategy Of(Func<IConsumerPartitionAssignor> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return new AssignmentStrategy(create);
    }

    /// <summary>
    /// By its name, or by that of the class in Java, which configurations of Java's clients have; null for another.
    /// </summary>
    internal static AssignmentStrategy? Find(string name) => Array.Find(BuiltIn, strategy =>
    {
        IConsumerPartitionAssignor assignor = strategy._create();
        return name == assignor.Name || name == JavaPackage + assignor.GetType().Name;
    });

    /// <exception cref="KafkaException"><see cref="ErrorCode.InvalidConfig"/>: the application made none.</exception>
    internal GuardedAssignor Create()
    {
        try
        {
            return new GuardedAssignor(_create() ?? throw new InvalidOperationException("it is null"));
        }
        catch (Exception thrown)
        {
            throw new KafkaException(
                ErrorCode.InvalidConfig, $"An assignor could not be made: {thrown.Message}", thrown);
        }
    }
}
