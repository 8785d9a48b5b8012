using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Tests.Simulation;

/// <summary>
/// A file system in memory that knows what would survive a power cut: a file's bytes as of its last flush, a
/// directory's entries as of its last flush. <see cref="PowerCut"/> gives the disk that the next boot finds.
/// Faults are injected by <see cref="Before"/>, which may throw, and by <see cref="FreeBytes"/>.
/// </summary>
internal sealed class SimulatedFileSystem : IFileSystem
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _directories = [];
    private readonly HashSet<string> _durableDirectories = [];
    private readonly HashSet<string> _locks = [];
    private readonly Dictionary<string, SimulatedNode> _entries = [];
    private readonly List<(string Directory, Action<Dictionary<string, SimulatedNode>> Change)> _unflushed = [];
    private Dictionary<string, SimulatedNode> _durableEntries = [];

    /// <summary>Held while entries change, and to look at the disk and at something else in one moment.</summary>
    public Lock Gate => _gate;

    /// <summary>Called with the operation and the path before each change; throws to make it fail.</summary>
    public Action<string, string>? Before { get; set; }

    /// <summary>How many bytes files may still grow in all; a write beyond it is done in part and fails.</summary>
    public long FreeBytes { get; set; } = long.MaxValue;

    /// <summary>How many changes were made so far.</summary>
    public int Operations { get; private set; }

    public ILogFile Open(string path)
    {
        lock (_gate)
        {
            return new SimulatedFile(this, path, Existing(path));
        }
    }

    public ILogFile OpenOrCreate(string path)
    {
        lock (_gate)
        {
            if (!_entries.ContainsKey(path))
            {
                RequireDirectory(path);
                Change("create", path);
                var node = new SimulatedNode();
                ChangeEntries(path, entries => entries[path] = node);
            }
        }
        return Open(path);
    }

    public bool FileExists(string path)
    {
        lock (_gate) return _entries.ContainsKey(path);
    }

    public bool DirectoryExists(string path)
    {
        lock (_gate) return _directories.Contains(path);
    }

    public IReadOnlyList<string> FileNames(string directory)
    {
        lock (_gate) return Names(_entries.Keys, directory);
    }

    public IReadOnlyList<string> DirectoryNames(string directory)
    {
        lock (_gate) return Names(_directories, directory);
    }

    public long AvailableBytes(string directory) => FreeBytes;

    public DateTimeOffset LastWritten(string path) => DateTimeOffset.UnixEpoch;

    public void CreateDirectory(string path)
    {
        lock (_gate)
        {
            Change("mkdir", path);
            _directories.Add(path);
            // The root of a test's disk is taken to have been there before.
            if (!_directories.Contains(Path.GetDirectoryName(path)!)) _durableDirectories.Add(path);
        }
    }

    public void MoveFile(string from, string to)
    {
        lock (_gate)
        {
            SimulatedNode node = Existing(from);
            Change("rename", to);
            if (_entries.TryGetValue(to, out SimulatedNode? replaced)) GiveBack(replaced);
            ChangeEntries(to, entries =>
            {
                entries.Remove(from);
                entries[to] = node;
            });
        }
    }

    public void MoveDirectory(string from, string to)
    {
        lock (_gate)
        {
            if (!_directories.Contains(from)) throw new DirectoryNotFoundException(from);
            Change("rename", to);
            _directories.Remove(from);
            _directories.Add(to);
            foreach (string path in _entries.Keys.Where(path => Path.GetDirectoryName(path) == from).ToArray())
            {
                _entries.Remove(path, out SimulatedNode? node);
                _entries[Path.Combine(to, Path.GetFileName(path))] = node!;
            }
        }
    }

    public void DeleteFile(string path)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(path, out SimulatedNode? node)) return;
            Change("delete", path);
            GiveBack(node);
            ChangeEntries(path, entries => entries.Remove(path));
        }
    }

    public void DeleteDirectory(string path)
    {
        lock (_gate)
        {
            Change("rmdir", path);
            _directories.Remove(path);
            foreach (string file in _entries.Keys.Where(file => Path.GetDirectoryName(file) == path).ToArray())
            {
                GiveBack(_entries[file]);
                _entries.Remove(file);
            }
        }
    }

    public void FlushDirectory(string path)
    {
        lock (_gate)
        {
            Change("flush", path);
            bool Within(string entry) => Path.GetDirectoryName(entry) == path;
            foreach (string gone in _durableEntries.Keys.Where(Within).ToArray()) _durableEntries.Remove(gone);
            foreach (string file in _entries.Keys.Where(Within)) _durableEntries[file] = _entries[file];
            _unflushed.RemoveAll(change => change.Directory == path);
            _durableDirectories.RemoveWhere(Within);
            _durableDirectories.UnionWith(_directories.Where(Within));
        }
    }

    public IDisposable Lock(string path)
    {
        lock (_gate)
        {
            if (!_locks.Add(path)) throw new IOException("locked");
            return new HeldLock(this, path);
        }
    }

    /// <summary>
    /// The disk after a power cut now. With a random source, some of what was not flushed survives by chance: any of a
    /// file's writes, whole or in part, and of the changed entries the first ones, as a journal keeps them.
    /// </summary>
    public SimulatedFileSystem PowerCut(Random? chance = null)
    {
        lock (_gate)
        {
            var after = new SimulatedFileSystem();
            var entries = new Dictionary<string, SimulatedNode>(_durableEntries);
            foreach ((_, Action<Dictionary<string, SimulatedNode>> change) in
                _unflushed.Take(chance?.Next(_unflushed.Count + 1) ?? 0)) change(entries);
            after._directories.UnionWith(chance?.Next(2) == 0 ? _directories : _durableDirectories);
            after._durableDirectories.UnionWith(after._directories);
            foreach ((string path, SimulatedNode node) in entries)
            {
                bool hasHome = after._directories.Contains(Path.GetDirectoryName(path)!);
                if (hasHome) after._entries[path] = node.AfterPowerCut(chance);
            }
            after._durableEntries = new Dictionary<string, SimulatedNode>(after._entries);
            return after;
        }
    }

    /// <summary>The disk as the next process finds it when this one is killed: the page cache lives on.</summary>
    public SimulatedFileSystem Kill()
    {
        lock (_gate)
        {
            var after = new SimulatedFileSystem();
            after._directories.UnionWith(_directories);
            after._durableDirectories.UnionWith(_durableDirectories);
            var nodes = _entries.Values.Concat(_durableEntries.Values).Distinct();
            var copies = nodes.ToDictionary(node => node, node => node.Copy());
            foreach ((string path, SimulatedNode node) in _entries) after._entries[path] = copies[node];
            foreach ((string path, SimulatedNode node) in _durableEntries) after._durableEntries[path] = copies[node];
            return after;
        }
    }

    internal void Change(string operation, string path)
    {
        Operations++;
        Before?.Invoke(operation, path);
    }

    /// <summary>A file's room is free once nothing names it; what has it open still is not counted.</summary>
    private void GiveBack(SimulatedNode node)
    {
        if (FreeBytes < long.MaxValue - node.Length) FreeBytes += node.Length;
    }

    private void ChangeEntries(string path, Action<Dictionary<string, SimulatedNode>> change)
    {
        change(_entries);
        _unflushed.Add((Path.GetDirectoryName(path)!, change));
    }

    private static string[] Names(IEnumerable<string> paths, string directory) =>
        [.. paths.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path))];

    private SimulatedNode Existing(string path) =>
        _entries.GetValueOrDefault(path) ?? throw new FileNotFoundException("no such file", path);

    private void RequireDirectory(string path)
    {
        string directory = Path.GetDirectoryName(path)!;
        if (!_directories.Contains(directory)) throw new DirectoryNotFoundException(directory);
    }

    private sealed class HeldLock(SimulatedFileSystem files, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (files._gate) files._locks.Remove(path);
        }
    }
}
