namespace KafkaActors.Cli.Consuming;

/// <summary>Where a console consumer has its partitions from.</summary>
internal interface IConsoleInput
{
    Task BeginAsync(CancellationToken stop);

    /// <summary>Waits for a record; false when the consumer was closed.</summary>
    ValueTask<bool> WaitToReadAsync(CancellationToken stop);

    /// <summary>Everything that was read has been printed.</summary>
    Task EndAsync();
}
