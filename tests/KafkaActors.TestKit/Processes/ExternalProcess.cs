using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using NUnit.Framework;

namespace KafkaActors.TestKit.Processes;

/// <summary>
/// A process that a test started and owns: its output is kept line by line (the last <see cref="MaxLines"/> lines),
/// it can be signalled, and it is dead once this is disposed. Only ever signals the process id it started.
/// </summary>
public sealed class ExternalProcess : IAsyncDisposable
{
    private const int MaxLines = 200_000;
    private const int DescribedLines = 40;
    private const int Sigterm = 15;
    private const int SigstopOfLinux = 19;
    private const int SigstopOfMac = 17;
    private const int SigcontOfLinux = 18;
    private const int SigcontOfMac = 19;

    private readonly Process _process;
    private readonly LineBuffer _output = new(MaxLines);
    private readonly LineBuffer _errors = new(MaxLines);
    private readonly Task _outputRead;
    private readonly Task _errorsRead;

    private ExternalProcess(Process process, Action<string>? onOutput)
    {
        _process = process;
        Id = process.Id;
        _outputRead = ReadLines(process.StandardOutput, _output, onOutput);
        _errorsRead = ReadLines(process.StandardError, _errors, null);
    }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>CPU time used so far, user and system; zero once the process is gone.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? TimeSpan.Zero : _process.TotalProcessorTime;
        }
    }

    /// <summary>The part of <see cref="ProcessorTime"/> that was spent in the kernel.</summary>
    public TimeSpan KernelTime
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? TimeSpan.Zero : _process.PrivilegedProcessorTime;
        }
    }

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? 0 : _process.WorkingSet64;
        }
    }

    public StreamWriter StandardInput => _process.StandardInput;

    public IReadOnlyList<string> OutputLines => _output.Lines;

    public IReadOnlyList<string> ErrorLines => _errors.Lines;

    /// <summary>Starts <paramref name="file"/> with a redirected standard input, output and error.</summary>
    /// <param name="onOutput">Is given each line of standard output as it comes, one at a time.</param>
    public static ExternalProcess Start(
        string file,
        IEnumerable<string> arguments,
        string? workingDirectory = null,
        IReadOnlyDictionary<string, string>? environment = null,
        Action<string>? onOutput = null)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new ExternalProcess(Process.Start(start)
            ?? throw new InvalidOperationException($"{file} did not start"), onOutput);
    }

    /// <summary>
    /// The first line of standard output that <paramref name="wanted"/> accepts; fails if the process ends without it
    /// or <paramref name="timeout"/> passes.
    /// </summary>
    public async Task<string> WaitForOutputAsync(Func<string, bool> wanted, TimeSpan timeout)
    {
        long started = Stopwatch.GetTimestamp();
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));
        do
        {
            bool ended = _outputRead.IsCompleted;
            if (_output.Lines.FirstOrDefault(wanted) is { } line) return line;
            if (ended) throw new AssertionException($"process {Id} ended without the awaited line.\n{Describe()}");
            await timer.WaitForNextTickAsync().ConfigureAwait(false);
        }
        while (Stopwatch.GetElapsedTime(started) < timeout);

        throw new AssertionException($"process {Id}: awaited line not within {timeout}.\n{Describe()}");
    }

    /// <summary>The exit code, once the process ended and all its output was read.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan timeout)
    {
        using CancellationTokenSource deadline = new(timeout);
        try
        {
            await _process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
            await Task.WhenAll(_outputRead, _errorsRead).WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new AssertionException($"process {Id} did not end within {timeout}.\n{Describe()}");
        }

        return _process.ExitCode;
    }

    /// <summary>Ends the process as <c>kill -9</c> does, and returns when it is gone.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>Asks the process to end with SIGTERM, as a service manager does.</summary>
    public void Terminate() => Signal(Sigterm);

    /// <summary>
    /// Stops all its threads where they are, as a suspended machine or a debugger does, until <see cref="Resume"/>.
    /// </summary>
    public void Pause() => Signal(OperatingSystem.IsMacOS() ? SigstopOfMac : SigstopOfLinux);

    public void Resume() => Signal(OperatingSystem.IsMacOS() ? SigcontOfMac : SigcontOfLinux);

    public async ValueTask DisposeAsync()
    {
        await KillAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    /// <summary>The last lines of both streams, for the message of a failed assertion.</summary>
    public string Describe()
    {
        IEnumerable<string> output = _output.Lines.TakeLast(DescribedLines);
        IEnumerable<string> errors = _errors.Lines.TakeLast(DescribedLines);
        return string.Join('\n', ["-- standard output", .. output, "-- standard error", .. errors]);
    }

    private void Signal(int signal)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("signals do not exist on Windows");
        if (!_process.HasExited && Kill(Id, signal) != 0)
            throw new InvalidOperationException($"signal {signal} to {Id}: error {Marshal.GetLastPInvokeError()}");
    }

    private static async Task ReadLines(StreamReader reader, LineBuffer lines, Action<string>? onLine)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lines.Add(line);
            onLine?.Invoke(line);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
