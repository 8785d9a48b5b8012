using System.Diagnostics;
using System.Text;

namespace KafkaActors.Interop.Tests.Harness;

/// <summary>Another program, run to its end with its input given as bytes and its output kept as bytes.</summary>
internal sealed record ProgramRun(int ExitCode, byte[] OutputBytes, string Error)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    public string Output => Encoding.UTF8.GetString(OutputBytes);

    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs <paramref name="file"/>; it is killed, and the test fails, when it takes over a minute.</summary>
    public static async Task<ProgramRun> OfAsync(
        string file, IEnumerable<string> arguments, ReadOnlyMemory<byte> input = default)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
        using MemoryStream output = new();
        using CancellationTokenSource deadline = new(Timeout);
        Task<string> errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await Task.WhenAll(
                process.StandardOutput.BaseStream.CopyToAsync(output, deadline.Token),
                WriteAsync(process, input, deadline.Token),
                process.WaitForExitAsync(deadline.Token));
            return new ProgramRun(process.ExitCode, output.ToArray(), await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new AssertionException(
                $"{file} {string.Join(' ', start.ArgumentList)} did not end within {Timeout}; it wrote\n"
                + Encoding.UTF8.GetString(output.ToArray()));
        }
    }

    private static async Task WriteAsync(Process process, ReadOnlyMemory<byte> input, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything; its exit code and its messages say why.
        }
    }
}
