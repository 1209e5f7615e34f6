import {
  paginateListAWSDefaultServiceQuotas,
  paginateListServiceQuotas,
  type ServiceQuota,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { Problem, reasonOf } from '../shell/problem';
import type { Place } from './needs';

/** Quotas of one service in one place, by name. */
export type Quotas = ReadonlyMap<string, number>;

/**
 * Asks AWS for all quotas of a service: the defaults, and instead of these what the account has been given.
 *
 * @throws Problem without credentials or permissions, and for credentials of another account
 */
export async function quotasOf({ region, account }: Place, service: string): Promise<Quotas> {
  const client = new ServiceQuotasClient({ region });
  // The SDK writes the next page into what it is given.
  const asked = () => ({ ServiceCode: service, MaxResults: 100 });
  const quotas = new Map<string, number>();
  try {
    for await (const { Quotas: page } of paginateListAWSDefaultServiceQuotas({ client }, asked())) put(quotas, page);
    for await (const { Quotas: page } of paginateListServiceQuotas({ client }, asked())) {
      checkAccount(page, region, account);
      put(quotas, page);
    }
  } catch (error) {
    throw problemOf(error, region);
  } finally {
    client.destroy();
  }
  return quotas;
}

function put(quotas: Map<string, number>, page: ServiceQuota[] = []): void {
  for (const { QuotaName, Value } of page)
    if (QuotaName !== undefined && Value !== undefined) quotas.set(QuotaName, Value);
}

/** A quota that was given to an account has its number in the ARN. */
function checkAccount(page: ServiceQuota[] = [], region: string, account: string | undefined): void {
  const found = page.map(({ QuotaArn }) => QuotaArn?.split(':')[4]).find((number) => number);
  if (found === undefined || account === undefined || found === account) return;
  throw new Problem(
    `the credentials are those of account ${found}, and what is to be checked in ${region} goes to ${account}: ` +
      'take credentials of that account, or leave the other environments out by --environment',
  );
}

function problemOf(error: unknown, region: string): unknown {
  if (!(error instanceof Error) || error instanceof Problem) return error;
  switch (error.name) {
    case 'CredentialsProviderError':
      return new Problem(
        `there are no AWS credentials (${reasonOf(error)}): sign in as for the AWS CLI, and set AWS_PROFILE where it is not the default`,
      );
    case 'AccessDeniedException':
      return new Problem(
        `${reasonOf(error)}. Needed are servicequotas:ListServiceQuotas and servicequotas:ListAWSDefaultServiceQuotas`,
      );
    default:
      return new Problem(`Service Quotas in ${region} does not answer: ${error.name}: ${reasonOf(error)}`);
  }
}
