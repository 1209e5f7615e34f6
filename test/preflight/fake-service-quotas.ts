import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A quota as Service Quotas shows it. */
export interface Quota {
  readonly name: string;
  readonly value: number;
}

/** What an account has. */
export interface Account {
  /** What every account has. */
  readonly defaults: readonly Quota[];
  /** What this one was given. */
  readonly applied: readonly Quota[];
  readonly number: string;
  /** Answers every request with this error instead. */
  readonly error?: { readonly type: string; readonly message: string };
}

/**
 * Service Quotas on a loopback port, two quotas a page, as AWS JSON 1.1. It answers what the API reference says
 * (ListServiceQuotas and ListAWSDefaultServiceQuotas, November 2026), and is no more a proof than that.
 */
export async function fakeServiceQuotas(
  account: Account,
): Promise<{ url: string; asked: string[]; close(): Promise<void> }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      const { ServiceCode, NextToken = '0' } = JSON.parse(body) as { ServiceCode: string; NextToken?: string };
      asked.push(`${operation} ${ServiceCode}`);
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      if (account.error) {
        response.statusCode = 400;
        response.end(JSON.stringify({ __type: account.error.type, Message: account.error.message }));
        return;
      }
      const isDefault = operation === 'ListAWSDefaultServiceQuotas';
      const all = isDefault ? account.defaults : account.applied;
      const from = Number(NextToken);
      response.end(
        JSON.stringify({
          Quotas: all.slice(from, from + 2).map(({ name, value }, at) => ({
            ServiceCode,
            QuotaCode: `L-${from + at}`,
            QuotaName: name,
            QuotaArn: `arn:aws:servicequotas:eu-west-1:${isDefault ? '' : account.number}:${ServiceCode}/L-${from + at}`,
            Value: value,
          })),
          ...(from + 2 < all.length ? { NextToken: String(from + 2) } : {}),
        }),
      );
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}
