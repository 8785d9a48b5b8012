using System.Diagnostics;
using NUnit.Framework;
using NUnit.Framework.Constraints;

namespace KafkaActors.TestKit;

/// <summary>
/// Awaits a condition with a deadline, for what a test cannot be told about. An exception of the condition ends the
/// wait at once; a condition that is still false at the deadline fails the test and says what was awaited.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Ten seconds: far beyond what a healthy run needs, short enough to keep a red run short.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Awaits that <paramref name="actual"/> meets <paramref name="expected"/>.</summary>
    public static async Task That<T>(Func<T> actual, IResolveConstraint expected, TimeSpan? timeout = null)
    {
        IConstraint constraint = expected.Resolve();
        if (!await Holds(() => Task.FromResult(constraint.ApplyTo(actual()).IsSuccess), timeout).ConfigureAwait(false))
            Assert.That(actual(), constraint);
    }

    /// <summary>Awaits that <paramref name="condition"/> holds; <paramref name="what"/> names it.</summary>
    public static Task True(Func<bool> condition, string what, TimeSpan? timeout = null) =>
        True(() => Task.FromResult(condition()), what, timeout);

    /// <summary>Awaits that <paramref name="condition"/>, asked again after each answer, answers true.</summary>
    public static async Task True(Func<Task<bool>> condition, string what, TimeSpan? timeout = null)
    {
        if (!await Holds(condition, timeout).ConfigureAwait(false))
            throw new AssertionException($"not within {timeout ?? DefaultTimeout}: {what}");
    }

    private static async Task<bool> Holds(Func<Task<bool>> condition, TimeSpan? timeout)
    {
        long started = Stopwatch.GetTimestamp();
        using PeriodicTimer timer = new(Interval);
        while (!await condition().ConfigureAwait(false))
        {
            if (Stopwatch.GetElapsedTime(started) > (timeout ?? DefaultTimeout)) return false;
            await timer.WaitForNextTickAsync().ConfigureAwait(false);
        }

        return true;
    }
}
