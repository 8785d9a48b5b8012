namespace KafkaActors.Cli.Invocation;

/// <summary>What the process answers its caller. The numbers are part of the command line's contract.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command was understood and did not succeed; one line on standard error says why.</summary>
    public const int Failure = 1;

    /// <summary>The command line cannot be carried out as it stands: an unknown option, a value that is none.</summary>
    public const int Usage = 2;

    /// <summary>Ended by Ctrl+C or SIGTERM before it was done (128 + SIGINT, as shells have it).</summary>
    public const int Interrupted = 130;

    public const string Explanation = "0 success, 1 failure, 2 wrong usage, 130 interrupted";
}
