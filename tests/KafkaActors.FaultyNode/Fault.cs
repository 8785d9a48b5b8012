namespace KafkaActors.FaultyNode;

/// <summary>One line of faults: what happens to an operation on a path that contains a text. Any thread.</summary>
internal sealed class Fault(string operation, string path, TimeSpan delay, int failEvery)
{
    private const string AnyOperation = "any";

    private int _met;

    public TimeSpan Delay => delay;

    public bool Meets(string doing, string file) =>
        (operation == AnyOperation || operation == doing) && file.Contains(path, StringComparison.Ordinal);

    /// <summary>Whether this time it fails: each time that the count of those it met is full.</summary>
    public bool FailsNow() => failEvery > 0 && Interlocked.Increment(ref _met) % failEvery == 0;
}
