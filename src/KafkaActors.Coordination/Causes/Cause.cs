using System.Collections.Immutable;

namespace KafkaActors.Coordination.Causes;

/// <summary>
/// Why something was decided: the kind of decision, what it is about, and the numbers it was taken from, as they were
/// at that moment. A decision carries it, its owner keeps it in a <see cref="CauseRing"/>; what people are shown later
/// reads it there and works nothing out again.
/// </summary>
/// <param name="Subject">Short: <c>broker 3</c>, <c>orders-0</c>, <c>group payments</c>.</param>
public sealed record Cause(CauseKind Kind, string Subject, ImmutableArray<CauseNumber> Numbers)
{
    public static Cause Of(CauseKind kind, string subject, params ReadOnlySpan<(string Name, long Value)> numbers)
    {
        var named = ImmutableArray.CreateBuilder<CauseNumber>(numbers.Length);
        foreach ((string name, long value) in numbers) named.Add(new CauseNumber(name, value));
        return new Cause(kind, subject, named.MoveToImmutable());
    }

    /// <summary>The number of this name, or null when the decision had none.</summary>
    public long? this[string name]
    {
        get
        {
            foreach (CauseNumber number in Numbers)
                if (number.Name == name) return number.Value;
            return null;
        }
    }

    public override string ToString() =>
        Numbers.IsEmpty ? $"{Kind} {Subject}" : $"{Kind} {Subject}: {string.Join(", ", Numbers)}";
}
