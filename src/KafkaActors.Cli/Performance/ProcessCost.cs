using System.Diagnostics;
using System.Globalization;

namespace KafkaActors.Cli.Performance;

/// <summary>What this process has used up to now: processor time, garbage, memory.</summary>
internal sealed record ProcessCost(TimeSpan Processor, long AllocatedBytes, int Collections, long WorkingSetBytes)
{
    public static ProcessCost Now()
    {
        using var process = Process.GetCurrentProcess();
        return new ProcessCost(
            process.TotalProcessorTime,
            GC.GetTotalAllocatedBytes(),
            GC.CollectionCount(0),
            process.WorkingSet64);
    }

    /// <summary>Prints a metric a line, <c>name : value</c>, as Kafka's tools do.</summary>
    public void PrintSince(TextWriter output, long records)
    {
        ProcessCost now = Now();
        double processorSeconds = (now.Processor - Processor).TotalSeconds;
        double perRecord = 1.0 / Math.Max(1, records);
        Print("process:cpu-seconds", processorSeconds);
        Print("process:cpu-seconds-per-million-records", processorSeconds * 1e6 * perRecord);
        Print("process:allocated-bytes-per-record", (now.AllocatedBytes - AllocatedBytes) * perRecord);
        Print("process:garbage-collections", now.Collections - Collections);
        Print("process:resident-megabytes", now.WorkingSetBytes / 1048576.0);

        void Print(string name, double value) =>
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-44}: {value:F3}"));
    }
}
