namespace KafkaActors.Broker.Handlers;

/// <summary>Who a client is, as access control lists name it: <c>User:alice</c>.</summary>
internal readonly record struct KafkaPrincipal(string Type, string Name)
{
    /// <summary>Of a client that has not said who it is.</summary>
    public static KafkaPrincipal Anonymous { get; } = new("User", "ANONYMOUS");

    public override string ToString() => $"{Type}:{Name}";
}
