using System.Runtime.InteropServices;

namespace KafkaActors.Benchmarks.Running;

/// <summary>The line that every report starts with: figures mean nothing without their machine.</summary>
internal static class MachineDescription
{
    public static string Line() =>
        $"# {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, "
        + $"{RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}";
}
