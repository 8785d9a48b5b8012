using System.CommandLine;
using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Dump;

/// <summary>Prints the files of a log and verifies them; reads the files themselves, with or without a node.</summary>
internal sealed class DumpLogCommand : ToolCommand
{
    private readonly Option<string[]> _files = new("--files")
    {
        Description = "The files to dump, separated by commas: .log, .index, .timeindex, .snapshot",
        HelpName = "FILE[,FILE...]",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _printDataLog = new("--print-data-log")
    {
        Description = "Print the records' keys and values too",
    };

    private readonly Option<bool> _deepIteration = new("--deep-iteration")
    {
        Description = "Print every record, not only every batch",
    };

    private readonly Option<bool> _skipRecordMetadata = new("--skip-record-metadata")
    {
        Description = "With --print-data-log: keys and values only",
    };

    private readonly Option<bool> _verifyIndexOnly = new("--verify-index-only")
    {
        Description = "Check an index against its log without printing its entries",
    };

    private readonly Option<bool> _indexSanityCheck = new("--index-sanity-check")
    {
        Description = "Check an index by itself only: its length and the order of its entries",
    };

    private readonly Option<long> _maxBytes = new("--max-bytes")
    {
        Description = "Read at most this much of a .log file [default: all of it]",
        HelpName = "BYTES",
        DefaultValueFactory = _ => long.MaxValue,
    };

    public DumpLogCommand(ToolContext context)
        : base(context, "dump-log", "Print the batches of log segments and verify their checksums and indexes.")
    {
        Add(_files);
        Add(_printDataLog);
        Add(_deepIteration);
        Add(_skipRecordMetadata);
        Add(_verifyIndexOnly);
        Add(_indexSanityCheck);
        Add(_maxBytes);
        Examples =
        [
            "kafka-actors dump-log --files data/test-0/00000000000000000000.log",
            "kafka-actors dump-log --print-data-log --files data/test-0/00000000000000000000.log",
            "kafka-actors dump-log --files data/test-0/00000000000000000000.index",
        ];
    }

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        var settings = new DumpSettings(
            PrintRecords: arguments.GetValue(_deepIteration) || arguments.GetValue(_printDataLog),
            PrintPayload: arguments.GetValue(_printDataLog),
            SkipRecordMetadata: arguments.GetValue(_skipRecordMetadata),
            VerifyIndexOnly: arguments.GetValue(_verifyIndexOnly),
            IndexSanityCheck: arguments.GetValue(_indexSanityCheck),
            MaxBytes: arguments.GetValue(_maxBytes));
        var output = new ByteOutput(Context.Streams.Output);
        var problems = new List<string>();
        foreach (string file in Files(arguments))
        {
            output.Line($"Dumping {file}");
            LogFileDump.For(file, settings).Print(output, problems, stop);
            output.Flush();
        }

        foreach (string problem in problems) Context.Error.WriteLine(problem);
        return Task.FromResult(problems.Count == 0 ? ExitCode.Success : ExitCode.Failure);
    }

    private IEnumerable<string> Files(ParseResult arguments)
    {
        const StringSplitOptions Trimmed = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        return arguments.GetRequiredValue(_files).SelectMany(text => text.Split(',', Trimmed));
    }
}
