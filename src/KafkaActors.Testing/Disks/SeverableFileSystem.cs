using System.Collections.Concurrent;
using KafkaActors.Storage.Files;

namespace KafkaActors.Testing.Disks;

/// <summary>
/// The operating system's files until they are severed from the node that uses them: from then on nothing changes on
/// the disk, whatever the node still tries, and its locks are free. What was written by then is there, as the page
/// cache is there after a process was killed.
/// </summary>
internal sealed class SeverableFileSystem : IFileSystem
{
    private readonly PhysicalFileSystem _files = PhysicalFileSystem.Instance;
    private readonly ConcurrentBag<IDisposable> _locks = [];
    private readonly object _gate = new();

    // Both belong to the gate.
    private int _changesUnderWay;
    private bool _isSevered;

    /// <summary>Returns once no change is under way any more.</summary>
    public void Sever()
    {
        lock (_gate)
        {
            _isSevered = true;
            while (_changesUnderWay > 0) Monitor.Wait(_gate);
        }

        foreach (IDisposable held in _locks) held.Dispose();
    }

    /// <summary>Begins a change of the disk, which lasts until it is disposed of.</summary>
    /// <exception cref="IOException">The node was killed.</exception>
    public Change BeginChange()
    {
        lock (_gate)
        {
            if (_isSevered) throw new IOException("the node was killed");
            _changesUnderWay++;
        }

        return new Change(this);
    }

    public ILogFile Open(string path) => new SeverableFile(_files.Open(path), this);

    public ILogFile OpenOrCreate(string path)
    {
        using Change change = BeginChange();
        return new SeverableFile(_files.OpenOrCreate(path), this);
    }

    public bool FileExists(string path) => _files.FileExists(path);

    public bool DirectoryExists(string path) => _files.DirectoryExists(path);

    public IReadOnlyList<string> FileNames(string directory) => _files.FileNames(directory);

    public IReadOnlyList<string> DirectoryNames(string directory) => _files.DirectoryNames(directory);

    public DateTimeOffset LastWritten(string path) => _files.LastWritten(path);

    public long AvailableBytes(string directory) => _files.AvailableBytes(directory);

    public void CreateDirectory(string path)
    {
        using Change change = BeginChange();
        _files.CreateDirectory(path);
    }

    public void MoveFile(string from, string to)
    {
        using Change change = BeginChange();
        _files.MoveFile(from, to);
    }

    public void MoveDirectory(string from, string to)
    {
        using Change change = BeginChange();
        _files.MoveDirectory(from, to);
    }

    public void DeleteFile(string path)
    {
        using Change change = BeginChange();
        _files.DeleteFile(path);
    }

    public void DeleteDirectory(string path)
    {
        using Change change = BeginChange();
        _files.DeleteDirectory(path);
    }

    public void FlushDirectory(string path)
    {
        using Change change = BeginChange();
        _files.FlushDirectory(path);
    }

    public IDisposable Lock(string path)
    {
        using Change change = BeginChange();
        IDisposable held = _files.Lock(path);
        _locks.Add(held);
        return held;
    }

    private void EndChange()
    {
        lock (_gate)
        {
            if (--_changesUnderWay == 0) Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A change that is under way.</summary>
    internal readonly struct Change(SeverableFileSystem files) : IDisposable
    {
        public void Dispose() => files.EndChange();
    }
}
