import { statfs } from "node:fs/promises";
import { totalmem } from "node:os";

export type Settings = Readonly<Record<string, string>>;
export type Machine = { memoryMiB: number; freeDiskMiB: number; sharedMemoryMiB: number };

export async function measureMachine(dataDir: string): Promise<Machine> {
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return {
    memoryMiB: Math.floor(Math.min(totalmem(), limit) / 2 ** 20),
    freeDiskMiB: await freeMiB(dataDir),
    sharedMemoryMiB: await freeMiB("/dev/shm"),
  };
}

async function freeMiB(folder: string): Promise<number> {
  const disk = await statfs(folder).catch(() => null);
  return disk === null ? 0 : Math.floor((disk.bavail * disk.bsize) / 2 ** 20);
}

/** Server settings measured to suit our load, scaled to the machine. */
export function settingsFor(machine: Machine): Settings {
  const { memoryMiB, freeDiskMiB } = machine;
  return {
    max_connections: "50",
    shared_buffers: mib(within(memoryMiB / 4, 32, 512)),
    work_mem: mib(within(memoryMiB / 128, 4, 32)),
    maintenance_work_mem: mib(within(memoryMiB / 16, 32, 256)),
    // The log may fill the disk it is there to protect: at most a tenth of what is free.
    max_wal_size: mib(within(freeDiskMiB / 10, 128, 4096)),
    min_wal_size: mib(within(freeDiskMiB / 100, 80, 256)),
    checkpoint_timeout: "15min",
    wal_compression: "pglz",
    // Lets the data move to another server by logical replication.
    wal_level: "logical",
    jit: "off",
    random_page_cost: "1.1",
    // Containers often have a tiny /dev/shm, and parallel queries would fail on it.
    dynamic_shared_memory_type: machine.sharedMemoryMiB < 256 ? "mmap" : "posix",
    timezone: "UTC",
  };
}

/** One file per weekday, so the logs stay bounded; never a pipe, which dies with our process. */
export function logSettings(folder: string): Settings {
  return {
    logging_collector: "on",
    log_directory: folder,
    log_filename: "postgres-%a.log",
    log_file_mode: "0640",
    log_truncate_on_rotation: "on",
    log_rotation_age: "1d",
    log_rotation_size: "0",
    log_timezone: "UTC",
    log_line_prefix: "%m [%p] %q%d ",
    log_min_duration_statement: "2000",
    // Parameters hold people's data and secrets.
    log_parameter_max_length: "0",
  };
}

/** No network listener: the folder's mode decides who connects. */
export function socketSettings(folder: string): Settings {
  return {
    listen_addresses: "",
    unix_socket_directories: folder,
    unix_socket_permissions: "0700",
  };
}

export function asArguments(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

function within(value: number, least: number, most: number): number {
  return Math.round(Math.min(Math.max(value, least), most));
}

function mib(value: number): string {
  return `${value}MB`;
}
