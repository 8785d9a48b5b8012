using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

namespace KafkaActors.FaultyNode;

/// <summary>
/// The faults in force; the README has their language. Operations ask before they touch the disk. One that is slow
/// waits here, until its time has passed or the disk is healed. Any thread.
/// </summary>
internal sealed class Faults
{
    private readonly object _gate = new();
    private ImmutableArray<Fault> _inForce = [];
    private int _healings;

    /// <summary>Takes one line.</summary>
    /// <returns>The line, or what is wrong with it.</returns>
    public string Tell(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        lock (_gate)
        {
            if (words is ["heal"]) Heal();
            else if (words is ["slow" or "fail", { } operation, { } path, { } amount]
                && int.TryParse(amount, CultureInfo.InvariantCulture, out int number))
                _inForce = _inForce.Add(words[0] == "slow"
                    ? new Fault(operation, path, TimeSpan.FromMilliseconds(number), failEvery: 0)
                    : new Fault(operation, path, TimeSpan.Zero, number));
            else return $"not understood: {line}";
        }

        return line;
    }

    /// <exception cref="IOException">The operation is to fail.</exception>
    public void Before(string operation, string path)
    {
        ImmutableArray<Fault> inForce;
        lock (_gate) inForce = _inForce;
        foreach (Fault fault in inForce)
        {
            if (!fault.Meets(operation, path)) continue;
            if (fault.Delay > TimeSpan.Zero) Wait(fault.Delay);
            if (fault.FailsNow()) throw new IOException($"{operation} of {path} failed: Input/output error (injected)");
        }
    }

    private void Wait(TimeSpan delay)
    {
        long begin = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            int healings = _healings;
            for (TimeSpan left = delay; left > TimeSpan.Zero && _healings == healings;)
            {
                Monitor.Wait(_gate, left);
                left = delay - Stopwatch.GetElapsedTime(begin);
            }
        }
    }

    private void Heal()
    {
        _inForce = [];
        _healings++;
        Monitor.PulseAll(_gate);
    }
}
